import { beforeEach, describe, expect, it } from 'vitest'
import type { WatchCondition, WatchRule } from '../../../shared/contract/watch'
import { WatchEngine } from './engine'
import type { Firing, Readers } from './seen'

const SECOND = 1e6
const beyond = {
  kind: 'beyond',
  path: '',
  comparison: 'above',
  limit: 80,
  upper: 0,
  text: '',
  hysteresis: 0,
  for: 0
} as const satisfies WatchCondition

function rule(condition: WatchCondition, changes: Partial<WatchRule> = {}): WatchRule {
  return {
    id: 'r',
    name: 'Rule',
    on: true,
    filter: 'plant/+/temp',
    condition,
    again: 0,
    tellBack: true,
    actions: { notify: true, mark: false, publish: null, check: null },
    ...changes
  }
}

/** Reads payloads as text; one that begins with `!` is malformed. */
const readers: Readers = () => ({
  value: ({ payload }) => ({ text: payload.toString(), number: Number(payload.toString() || NaN) }),
  fault: ({ payload }) => (payload[0] === 0x21 ? 'json: MALFORMED' : null)
})

let engine: WatchEngine
let fired: Firing[]
/** µs */
let now: number
let ids: Map<string, number>

beforeEach(() => {
  fired = []
  now = 1_000 * SECOND
  ids = new Map()
})

function watch(...rules: WatchRule[]): void {
  start(rules)
}

function start(rules: WatchRule[], most?: number): void {
  engine = new WatchEngine(readers, (each) => fired.push(each), most)
  engine.setOnline(now)
  engine.setRules(rules)
}

/** Lets seconds pass, as the timer of the connection does. */
function wait(seconds: number): void {
  const end = now + seconds * SECOND
  while (now < end) {
    now = Math.min(now + SECOND / 4, end)
    engine.advance(now)
  }
}

function idOf(topic: string): number {
  if (!ids.has(topic)) ids.set(topic, ids.size + 1)
  return ids.get(topic)!
}

function send(topic: string, payload: string | number, isStored = false): void {
  engine.take({
    topic,
    topicId: idOf(topic),
    at: now,
    messageId: Math.round(now / SECOND),
    payload: Buffer.from(String(payload)),
    isStored
  })
}

/** What was told since the last call: kind, topic, value, firings held back. */
function told(): (string | number | null)[][] {
  return fired.splice(0).map(({ kind, topic, value, held }) => [kind, topic, value, held])
}

function kinds(): string[] {
  return told().map(([kind]) => String(kind))
}

const A = 'plant/a/temp'
const B = 'plant/b/temp'

describe('a value beyond a limit', () => {
  it('fires once for each topic of the filter, names the message, and tells when it is good again', () => {
    watch(rule(beyond))
    send(A, 79)
    send('plant/a/hum', 99)
    send(A, 81)
    send(A, 85)
    send(B, 90)
    expect(fired[0]).toEqual({
      ruleId: 'r',
      kind: 'fired',
      topic: A,
      at: now,
      value: '81',
      messageId: 1_000,
      held: 0
    })
    expect(told()).toEqual([
      ['fired', A, '81', 0],
      ['fired', B, '90', 0]
    ])
    expect(engine.states()[0]).toMatchObject({ topics: 2, firing: 2, listed: [{ topic: A }, { topic: B }] })
    send(A, 80)
    expect(told()).toEqual([['back', A, '80', 0]])
    expect(engine.states()[0]).toMatchObject({ firing: 1 })
  })

  it('waits until the value has stayed there, also without another message', () => {
    watch(rule({ ...beyond, for: 10 }))
    send(A, 81)
    wait(8)
    send(A, 70)
    wait(1)
    send(A, 81)
    wait(9.5)
    expect(told()).toEqual([])
    wait(1)
    expect(told()).toEqual([['fired', A, '81', 0]])
  })

  it('does not flicker: with hysteresis, a value is good again only well behind the limit', () => {
    watch(rule({ ...beyond, hysteresis: 5 }))
    for (const value of [81, 79, 81, 76, 81]) send(A, value)
    expect(told()).toEqual([['fired', A, '81', 0]])
    send(A, 75)
    expect(told()).toEqual([['back', A, '75', 0]])
    send(A, 79)
    expect(told()).toEqual([])
  })

  it('fires again at the earliest after a time, counts what it held back, and tells what still stands then', () => {
    watch(rule(beyond, { again: 60 }))
    send(A, 81)
    for (let times = 0; times < 3; times++) {
      wait(5)
      send(A, 70)
      wait(5)
      send(A, 90)
    }
    expect(told()).toEqual([
      ['fired', A, '81', 0],
      ['back', A, '70', 0]
    ])
    wait(25)
    expect(told()).toEqual([])
    wait(6)
    expect(told()).toEqual([['fired', A, '90', 2]])
  })

  it.each([
    ['below', { limit: 10 }, 9, 10],
    ['outside', { limit: 10, upper: 20 }, 9, 15],
    ['outside', { limit: 10, upper: 20 }, 21, 20],
    ['is', { text: 'off' }, 'off', 'on'],
    ['is', { text: '7' }, '7.0', '8'],
    ['isNot', { text: 'online' }, 'offline', 'online']
  ] as const)('knows %s %o', (comparison, limits, bad, good) => {
    watch(rule({ ...beyond, comparison, ...limits }))
    send(A, good)
    send(A, bad)
    send(A, good)
    expect(kinds()).toEqual(['fired', 'back'])
  })

  it('takes a text for no number, and a retained value for a value', () => {
    watch(rule(beyond))
    send(A, 'broken')
    expect(told()).toEqual([])
    send(A, 90, true)
    expect(told()).toEqual([['fired', A, '90', 0]])
  })
})

describe('a changed value', () => {
  it('fires at each change, but neither at the first value nor at what the broker had retained', () => {
    watch(rule({ kind: 'changed', path: '' }))
    send(A, 'x', true)
    send(A, 'x')
    send(A, 'y')
    send(A, 'y')
    send(A, 'z'.repeat(500))
    expect(told()).toEqual([
      ['fired', A, 'y', 0],
      ['fired', A, `${'z'.repeat(200)}…`, 0]
    ])
  })

  it('counts changes that come too soon', () => {
    watch(rule({ kind: 'changed', path: '' }, { again: 10 }))
    for (const value of [0, 1, 2, 3]) send(A, value)
    wait(10)
    send(A, 4)
    expect(told()).toEqual([
      ['fired', A, '1', 0],
      ['fired', A, '4', 2]
    ])
  })
})

describe('silence', () => {
  const silent = rule({ kind: 'silent', after: 30 })

  it('is noticed without a message, once, also of a topic that was known before', () => {
    watch(silent)
    engine.know(B, idOf(B), now)
    wait(20)
    send(A, 1)
    wait(9)
    expect(told()).toEqual([])
    wait(2)
    expect(told()).toEqual([['fired', B, null, 0]])
    wait(200)
    expect(told()).toEqual([['fired', A, null, 0]])
    send(A, 1)
    expect(told()).toEqual([['back', A, null, 0]])
    wait(31)
    expect(told()).toEqual([['fired', A, null, 0]])
  })

  it('does not count while the connection is away, nor does a retained message end it', () => {
    watch(silent)
    send(A, 1)
    wait(10)
    engine.setOnline(null)
    wait(500)
    expect(told()).toEqual([])
    engine.setOnline(now)
    wait(29)
    expect(told()).toEqual([])
    send(A, 1, true)
    wait(2)
    expect(told()).toEqual([['fired', A, null, 0]])
    send(A, 1, true)
    expect(told()).toEqual([])
  })

  it('costs nothing before the first topic can be silent', () => {
    watch(silent)
    send(A, 1)
    expect(engine.due).toBe(now + 30 * SECOND)
  })

  it('has an end that is a condition of its own', () => {
    watch(rule({ kind: 'back', after: 30 }))
    send(A, 1)
    wait(29)
    send(A, 1)
    wait(31)
    expect(told()).toEqual([])
    send(A, 1)
    send(A, 1)
    expect(told()).toEqual([['fired', A, null, 0]])
  })
})

it('fires at a malformed payload, and again only after a good one', () => {
  watch(rule({ kind: 'malformed', as: 'json' }))
  for (const payload of ['{}', '!', '!!', '{}', '!']) send(A, payload)
  expect(told()).toEqual([
    ['fired', A, 'json: MALFORMED', 0],
    ['back', A, null, 0],
    ['fired', A, 'json: MALFORMED', 0]
  ])
})

describe('the rate', () => {
  const rate = { kind: 'rate', comparison: 'above', count: 5, within: 10, of: 'each' } as const

  it('may be too high on one topic, until the period has passed', () => {
    watch(rule(rate))
    for (let times = 0; times < 6; times++) {
      send(A, 1)
      send(times < 4 ? B : A, 1)
    }
    expect(told()).toEqual([['fired', A, '6', 0]])
    wait(9)
    expect(told()).toEqual([])
    wait(2)
    expect(kinds()).toEqual(['back'])
  })

  it('may be too high on all topics together', () => {
    watch(rule({ ...rate, of: 'all' }))
    for (const topic of [A, B, A, B, A, B]) send(topic, 1)
    expect(told()).toEqual([['fired', 'plant/+/temp', '6', 0]])
    expect(engine.states()[0]).toMatchObject({ topics: 1 })
  })

  it('may be too low, once a whole period has been watched', () => {
    watch(rule({ ...rate, comparison: 'below', count: 2 }))
    wait(60)
    send(A, 1)
    wait(9)
    expect(told()).toEqual([])
    wait(2)
    expect(kinds()).toEqual(['fired'])
    send(A, 1)
    send(A, 1)
    expect(told()).toEqual([['back', A, '2', 0]])
  })
})

describe('rules', () => {
  it('go on as before when only their actions change, and begin anew with another condition', () => {
    watch(rule(beyond))
    send(A, 90)
    told()
    engine.setRules([rule(beyond, { name: 'Other', tellBack: false })])
    expect(engine.states()[0]).toMatchObject({ firing: 1 })
    engine.setRules([rule({ ...beyond, limit: 85 })])
    expect(engine.states()[0]).toMatchObject({ firing: 0, topics: 0 })
    send(A, 90)
    expect(told()).toHaveLength(1)
  })

  it('that are off see nothing', () => {
    watch(rule(beyond, { on: false }))
    send(A, 90)
    expect([told(), engine.isIdle, engine.states()]).toEqual([[], true, []])
  })

  it('remember from the log what had fired', () => {
    watch(rule(beyond))
    engine.restore('r', { topic: A, at: now - SECOND, value: '85' })
    send(A, 90)
    expect(told()).toEqual([])
    send(A, 70)
    expect(told()).toEqual([['back', A, '70', 0]])
  })

  it('watch a limited number of topics, and say how many they do not', () => {
    start([rule(beyond)], 2)
    for (const name of ['a', 'b', 'c', 'd']) send(`plant/${name}/temp`, 90)
    send('plant/d/temp', 91)
    expect(told()).toHaveLength(2)
    expect(engine.states()[0]).toMatchObject({ topics: 2, unwatched: 2 })
    engine.setRules([rule(beyond, { name: 'Other' })])
    send('plant/c/temp', 90)
    expect(engine.states()[0]).toMatchObject({ topics: 2, unwatched: 1 })
    engine.setRules([rule({ ...beyond, limit: 1 })])
    send('plant/c/temp', 90)
    expect(engine.states()[0]).toMatchObject({ topics: 1, unwatched: 0 })
  })
})
