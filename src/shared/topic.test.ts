import { describe, expect, it } from 'vitest'
import { compileFilter, filterFault, filterMatches, topicFault } from './topic'

describe('matching, as in the tables of MQTT 4.7', () => {
  it.each([
    ['sport/tennis/player1/#', 'sport/tennis/player1', true],
    ['sport/tennis/player1/#', 'sport/tennis/player1/ranking', true],
    ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon', true],
    ['sport/#', 'sport', true],
    ['sport/#', 'sports', false],
    ['#', 'anything/at/all', true],
    ['#', '/', true],
    ['#', '$SYS/broker/uptime', false],
    ['+', 'finance', true],
    ['+', '', true],
    ['+', '/finance', false],
    ['/+', '/finance', true],
    ['+/+', '/finance', true],
    ['+', '$SYS', false],
    ['+/monitor/Clients', '$SYS/monitor/Clients', false],
    ['$SYS/#', '$SYS/broker/uptime', true],
    ['$SYS/monitor/+', '$SYS/monitor/Clients', true],
    ['sport/tennis/+', 'sport/tennis/player1', true],
    ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
    ['sport/+', 'sport', false],
    ['sport/+', 'sport/', true],
    ['sport/+/player1', 'sport//player1', true],
    ['a//b', 'a//b', true],
    ['a//b', 'a/b', false],
    ['ACCOUNTS', 'Accounts', false],
    ['+/constructor', '__proto__/constructor', true],
    ['工厂/+/温度', '工厂/一号线/温度', true],
    ['$share/group/sport/+', 'sport/tennis', true]
  ])('%s against %s is %s', (filter, topic, matches) => {
    expect(filterMatches(filter, topic)).toBe(matches)
    expect(compileFilter(filter)(topic)).toBe(matches)
  })
})

describe('filters', () => {
  it.each(['#', '+', 'a/#', '+/+/#', '/', 'a//b', '$SYS/#', '$share/g/a/#', '温度/+'])(
    '%s is valid',
    (filter) => {
      expect(filterFault(filter)).toBeNull()
    }
  )

  it.each([
    ['', 'EMPTY'],
    ['a/#/b', 'HASH_NOT_LAST'],
    ['a#', 'WILDCARD_NOT_ALONE'],
    ['a/b+', 'WILDCARD_NOT_ALONE'],
    ['a\0b', 'NULL_CHARACTER'],
    ['a\ud800', 'LONE_SURROGATE'],
    ['$share/g', 'SHARE_INCOMPLETE'],
    ['$share//a', 'SHARE_INCOMPLETE'],
    ['$share/+/a', 'SHARE_INCOMPLETE'],
    ['x'.repeat(65_536), 'TOO_LONG'],
    ['温'.repeat(21_846), 'TOO_LONG']
  ])('%s has the fault %s', (filter, fault) => {
    expect(filterFault(filter)).toBe(fault)
  })
})

describe('topics', () => {
  it.each(['test', '/', 'a//b', '$SYS/x', 'constructor', ' ', '温度', 'x'.repeat(65_535)])(
    '%s is valid',
    (topic) => {
      expect(topicFault(topic)).toBeNull()
    }
  )

  it.each([
    ['', 'EMPTY'],
    ['a/+', 'WILDCARD'],
    ['#', 'WILDCARD'],
    ['a\0', 'NULL_CHARACTER'],
    ['\udfff', 'LONE_SURROGATE'],
    ['é'.repeat(32_768), 'TOO_LONG']
  ])('%s has the fault %s', (topic, fault) => {
    expect(topicFault(topic)).toBe(fault)
  })
})
