import { expect, it } from 'vitest'
import { Message } from '../codec/message'
import type { Connect, SubscriptionOptions } from '../codec/packet'
import { Refusal } from '../codec/refusal'
import { HookSet } from './hook-set'
import type { Asker } from './hooks'

const asker: Asker = { clientId: 'c', username: null, address: '' }
const connect = {} as Connect
const message = Message.of('t', Buffer.alloc(0))
const options: SubscriptionOptions = {
  qos: 2,
  noLocal: false,
  retainAsPublished: false,
  retainHandling: 0,
  identifier: 0
}

it('has no function for a decision that nobody wants to see, also after all are gone', () => {
  const set = new HookSet()
  const { connect: connects, publish, subscribe, deliver, drop, arrived, connected, closed, expired } = set
  const { full, fault, own } = set
  const all = [
    connects,
    publish,
    subscribe,
    deliver,
    full,
    fault,
    own,
    drop,
    arrived,
    connected,
    closed,
    expired
  ]
  expect(all).toEqual(Array(12).fill(undefined))
  const remove = set.add({ publish: () => 0 })
  expect(set.publish).toBeDefined()
  expect(set.deliver).toBeUndefined()
  remove()
  expect(set.publish).toBeUndefined()
})

it('lets whoever refuses first decide', () => {
  const set = new HookSet()
  const asked: string[] = []
  const refusal = new Refusal('Not you.', 0x87)
  set.add({
    connect: () => (asked.push('a'), null),
    publish: () => (asked.push('a'), 0),
    subscribe: () => (asked.push('a'), 1),
    deliver: () => (asked.push('a'), true)
  })
  expect([set.connect!(asker, connect), set.publish!(asker, message)]).toEqual([null, 0])
  expect([set.subscribe!(asker, 't', options), set.deliver!('c', message)]).toEqual([1, true])
  const remove = set.add({
    connect: () => refusal,
    publish: () => 0x97,
    subscribe: () => 0x8f,
    deliver: () => false
  })
  set.add({ connect: () => (asked.push('never'), null), publish: () => (asked.push('never'), 0) })
  expect([set.connect!(asker, connect), set.publish!(asker, message)]).toEqual([refusal, 0x97])
  expect([set.subscribe!(asker, 't', options), set.deliver!('c', message)]).toEqual([0x8f, false])
  expect(asked).toEqual(Array(8).fill('a'))
  remove()
  expect(set.subscribe!(asker, 't', options)).toBe(1)
})

it('takes a queue for full if anybody does', () => {
  const set = new HookSet()
  set.add({ full: () => false })
  expect(set.full!(asker, message)).toBe(false)
  const remove = set.add({ full: ({ clientId }) => clientId === 'c' })
  set.add({ full: () => false })
  expect(set.full!(asker, message)).toBe(true)
  remove()
  expect(set.full!(asker, message)).toBe(false)
})

it('tells everybody of a fault', () => {
  const set = new HookSet()
  const told: unknown[] = []
  for (const name of ['a', 'b'])
    set.add({
      fault: (id, { clientId }, packet, { kind }) => told.push([name, id, clientId, packet, kind])
    })
  set.fault!('1', asker, null, { kind: 'loss', direction: 'in', delay: null, topic: null })
  expect(told).toEqual([
    ['a', '1', 'c', null, 'loss'],
    ['b', '1', 'c', null, 'loss']
  ])
})

it('tells everybody of a drop, and calls each function on its object', () => {
  const set = new HookSet()
  class Counter {
    count = 0
    drop(): void {
      this.count++
    }
  }
  const counters = [new Counter(), new Counter()]
  for (const each of counters) set.add(each)
  set.drop!('expired', message, 'c')
  expect(counters.map(({ count }) => count)).toEqual([1, 1])
})
