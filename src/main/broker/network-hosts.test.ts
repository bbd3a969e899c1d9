import { expect, it } from 'vitest'
import { networkHosts } from './network-hosts'

const at = (address: string, changes = {}) => [
  { address, family: 'IPv4' as const, internal: false, ...changes }
]

it('names the addresses that others reach, those of the real network first', () => {
  expect(
    networkHosts({
      lo: at('127.0.0.1', { internal: true }),
      docker0: at('172.17.0.1'),
      eth0: [...at('192.0.2.7'), ...at('fe80::1', { family: 'IPv6' })],
      wlan0: at('169.254.3.4'),
      gone: undefined
    })
  ).toEqual(['192.0.2.7', '172.17.0.1'])
})
