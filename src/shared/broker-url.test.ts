import { describe, expect, it } from 'vitest'
import { isUrl, readBrokerUrl } from './broker-url'

describe('readBrokerUrl', () => {
  it.each([
    ['mqtt://broker', { name: 'broker', protocol: 'mqtt', host: 'broker', port: 1883 }],
    ['MQTTS://broker.example', { protocol: 'mqtts', host: 'broker.example', port: 8883 }],
    ['mqtt://127.0.0.1:21883/', { host: '127.0.0.1', port: 21_883 }],
    ['mqtt://[::1]:21883', { host: '::1', port: 21_883, name: '::1' }],
    ['mqtt://anna:p%40ss%3Aword@broker', { username: 'anna', password: 'p@ss:word' }],
    ['mqtt://broker/plant/%2B/temp', { subscriptions: [{ filter: 'plant/+/temp', qos: 0 }] }],
    ['mqtt://broker/plant/#', { subscriptions: [{ filter: 'plant/#', qos: 0 }] }],
    ['ws://broker:80/mqtt?x=1', { protocol: 'ws', port: 80, path: '/mqtt?x=1' }],
    ['wss://broker:443', { protocol: 'wss', port: 443 }],
    ['wss://broker', { protocol: 'wss', port: 8084 }],
    ['ws://a:b@broker/ws', { port: 8083, path: '/ws', username: 'a', password: 'b' }]
  ])('reads %s', (text, expected) => {
    expect(readBrokerUrl(text)).toMatchObject(expected)
  })

  it('omits fields that are not in the address', () => {
    expect(readBrokerUrl('mqtt://broker')).toEqual({
      name: 'broker',
      protocol: 'mqtt',
      host: 'broker',
      port: 1883
    })
  })

  it.each([
    '',
    'broker',
    'mqtt:',
    'mqtt://',
    'mqtt://:1883',
    'mqtt://broker:0',
    'mqtt://broker:99999',
    'mqtt://a%ZZ@broker',
    'http://broker',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'mqtt://bro ker'
  ])('refuses %j', (text) => {
    expect(readBrokerUrl(text)).toBeNull()
  })
})

it('distinguishes an address from a path', () => {
  expect(['mqtt://x', 'http://x', 'javascript:x'].map(isUrl)).toEqual([true, true, true])
  expect(['plant.treetop', '/a/b.treetop', 'C:\\plant.treetop', './a:b'].map(isUrl)).toEqual(
    Array(4).fill(false)
  )
})
