import { expect, it } from 'vitest'
import { filterMatches } from '../../../shared/topic'
import { randomFrom } from '../../../shared/random'
import { Message } from '../codec/message'
import type { SubscriptionOptions } from '../codec/packet'
import { systemClock } from './clock'
import { Retained } from './retained'
import type { Place, Subscriber } from './subscribers'
import { Subscriptions } from './subscriptions'

const options: SubscriptionOptions = {
  qos: 0,
  noLocal: false,
  retainAsPublished: false,
  retainHandling: 0,
  identifier: 0
}

const levels = ['a', 'b', '', 'a-long-level', '$x']
const wild = [...levels, '+', '+']

/** A topic or filter of one to five levels of few kinds, so that many of them share levels. */
function randomPath(random: (bound: number) => number, isFilter: boolean): string {
  const from = isFilter ? wild : levels
  const path = Array.from({ length: 1 + random(5) }, () => from[random(from.length)]!)
  if (isFilter && random(3) === 0) path[path.length - 1] = '#'
  return path.join('/')
}

it('finds what a plain comparison of filters and topics finds, while filters and topics come and go', () => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const random = randomFrom(seed)
  const subscriptions = new Subscriptions()
  const retained = new Retained(systemClock, () => undefined)
  const filters = new Map<string, Subscriber>()
  const topics = new Set<string>()
  for (let round = 0; round < 2_000; round++) {
    const filter = randomPath(random, true)
    const subscriber = filters.get(filter)
    if (!subscriber) {
      const made = { isConnected: true, places: new Set<Place>(), single: null }
      filters.set(filter, made)
      expect(subscriptions.add(made, filter, options)).toBe(true)
      expect([...subscriptions.of(made)].map((each) => each.filter)).toEqual([filter])
    } else if (random(2) === 0) {
      filters.delete(filter)
      expect(subscriptions.remove(subscriber, filter)).toBe(true)
    }
    const topic = randomPath(random, false)
    if (topics.has(topic) && random(2) === 0) {
      topics.delete(topic)
      retained.remove(topic)
    } else if (topic !== '') {
      topics.add(topic)
      retained.set(Message.of(topic, Buffer.from('x'), { retain: true }))
    }
    const sought = randomPath(random, true)
    const kept = [...topics].filter((each) => filterMatches(sought, each)).sort()
    expect(
      [...retained.matching(sought)].map((each) => each.topic).sort(),
      `seed ${seed}: ${sought}`
    ).toEqual(kept)
    const published = randomPath(random, false)
    const expected = [...filters].filter(([each]) => filterMatches(each, published)).map(([, each]) => each)
    const { targets } = subscriptions.match(published)
    expect(new Set(targets.map((each) => each.subscriber)), `seed ${seed}: ${published}`).toEqual(
      new Set(expected)
    )
  }
  for (const [filter, subscriber] of filters) subscriptions.remove(subscriber, filter)
  for (const topic of topics) retained.remove(topic)
  expect(subscriptions.count).toBe(0)
  expect(retained.count).toBe(0)
})

it('finds all retained messages although topics are added while they are read', () => {
  const retained = new Retained(systemClock, () => undefined)
  const keep = (topic: string): void => retained.set(Message.of(topic, Buffer.from('x'), { retain: true }))
  const before = ['a/1/value', 'a/2/value', 'a/3/value']
  before.forEach(keep)
  const found: string[] = []
  for (const { topic } of retained.matching('a/+/value')) {
    found.push(topic)
    // Splits the nodes that are still to be read.
    for (const number of [1, 2, 3]) keep(`a/${number}/other`)
  }
  expect(found.sort()).toEqual(before)
})

it('holds a filter and a topic of 65,535 bytes of slashes', () => {
  const deep = '/'.repeat(65_535)
  const subscriptions = new Subscriptions()
  const subscriber = { isConnected: true, places: null, single: null }
  subscriptions.add(subscriber, deep, options)
  subscriptions.add(subscriber, `${'+/'.repeat(32_767)}+`, options)
  expect(subscriptions.match(deep).targets).toHaveLength(1)
  subscriptions.removeAll(subscriber)
  expect(subscriptions.count).toBe(0)
})
