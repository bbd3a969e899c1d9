import { expect, it } from 'vitest'
import type { BrokerListener } from '../../../shared/contract/broker'
import { hostFor, hostsOf, pageHost } from './reach'

const tls: BrokerListener = { kind: 'tls', host: '0.0.0.0', port: 8883 }
const names = ['localhost', 'plant-pc', '127.0.0.1', '192.0.2.7']

it('offers the addresses for others first, and none for a listener of this computer only', () => {
  expect(hostsOf(tls, ['192.0.2.7', '10.0.0.1'])).toEqual(['192.0.2.7', '10.0.0.1', '127.0.0.1'])
  expect(hostsOf({ ...tls, host: '127.0.0.1' }, ['192.0.2.7'])).toEqual(['127.0.0.1'])
})

it('takes the address of the page where others reach it too', () => {
  expect(pageHost({ protocol: 'http:', hostname: 'nas.home' })).toEqual(['nas.home'])
  for (const hostname of ['127.0.0.1', 'localhost', '[::1]', 'treetop.localhost'])
    expect(pageHost({ protocol: 'http:', hostname })).toEqual([])
  expect(pageHost({ protocol: 'app:', hostname: 'treetop' })).toEqual([])
})

it('over TLS, names a host that the certificate is valid for and that the client reaches', () => {
  expect(hostFor(tls, '192.0.2.7', names)).toBe('192.0.2.7')
  // An address that came after the certificate was made: the computer's name.
  expect(hostFor(tls, '192.0.2.8', names)).toBe('plant-pc')
  expect(hostFor(tls, '127.0.0.1', names)).toBe('127.0.0.1')
  expect(hostFor({ ...tls, kind: 'tcp' }, '192.0.2.8', names)).toBe('192.0.2.8')
})
