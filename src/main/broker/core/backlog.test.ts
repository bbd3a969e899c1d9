import { duplexPair } from 'node:stream'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { Message } from '../codec/message'
import { Broker } from './broker'
import { HandClock } from './hand-clock.fixture'
import { Pressure } from './pressure'
import { RawClient } from './raw-client.fixture'
import { Subscriptions } from './subscriptions'

const SUBSCRIBE_ALL_QOS_1 = '8207 0001 00 0001 23 01'

/** An MQTT 5 CONNECT that keeps its session, with a Receive Maximum. */
function connect(id: string, receiveMaximum: number): string {
  const window = receiveMaximum.toString(16).padStart(4, '0')
  return `1016 0004 4d515454 05 00 0000 08 11 ffffffff 21 ${window} 0001 ${Buffer.from(id).toString('hex')}`
}

/** The PUBLISH packets among the bytes of short packets, in hex. */
function publishes(bytes: string): string[] {
  const found: string[] = []
  const all = Buffer.from(bytes, 'hex')
  for (let at = 0; at < all.length; at += 2 + all[at + 1]!)
    if (all[at]! >> 4 === 3) found.push(all.toString('hex', at, at + 2 + all[at + 1]!))
  return found
}

it('resumes a publisher that was held back for many messages', () => {
  let waiting = 10_000_000
  let holds = 0
  const pressure = new Pressure(new HandClock(), () => waiting)
  const publisher = { hold: () => holds++, resume: () => holds-- }
  pressure.hold(publisher)
  pressure.hold(publisher)
  expect(holds).toBe(1)
  waiting = 0
  pressure.check()
  expect(holds).toBe(0)
})

it('sends again no more messages than the Receive Maximum of the new connection [MQTT-3.3.4-9]', async () => {
  const clock = new HandClock()
  const broker = new Broker({ clock })
  const first = new RawClient(broker)
  first.write(`${connect('s', 5)} ${SUBSCRIBE_ALL_QOS_1}`)
  await clock.settle()
  const publisher = new RawClient(broker)
  publisher.write('100d 0004 4d515454 04 02 0000 0001 70')
  for (const id of [1, 2, 3, 4]) publisher.write(`3206 0001 61 000${id} 78`)
  await clock.settle()
  expect(publishes(first.take())).toHaveLength(4)
  first.stream.destroy()
  await clock.settle()

  const second = new RawClient(broker)
  second.write(connect('s', 2))
  await clock.settle()
  expect(publishes(second.take())).toEqual(['3a070001610001' + '0078', '3a070001610002' + '0078'])
  second.write('4002 0001')
  await clock.settle()
  expect(publishes(second.take())).toEqual(['3a070001610003' + '0078'])
})

it('sends a message again although it has expired since [MQTT-4.4.0-1]', async () => {
  const clock = new HandClock()
  const broker = new Broker({ clock })
  const first = new RawClient(broker)
  first.write(`${connect('s', 1)} ${SUBSCRIBE_ALL_QOS_1}`)
  const publisher = new RawClient(broker)
  publisher.write('100e 0004 4d515454 05 02 0000 00 0001 70')
  await clock.settle()
  // Both expire after a second. The second one waits.
  publisher.write('320c 0001 61 0001 05 02 00000001 31 320c 0001 61 0002 05 02 00000001 32')
  await clock.settle()
  first.stream.destroy()
  await clock.jump(5_000)
  const second = new RawClient(broker)
  second.write(connect('s', 9))
  await clock.settle()
  expect(publishes(second.take())).toEqual(['3a0c000161000105020000000031'])
})

it('sends 30,000 retained messages to a window as large', async () => {
  const COUNT = 30_000
  const clock = new HandClock()
  const broker = new Broker({ clock, limits: { receiveMaximum: COUNT } })
  for (let i = 0; i < COUNT; i++)
    broker.retained.set(Message.of(`t/${i}`, Buffer.of(1), { qos: 1, retain: true }))
  const client = new RawClient(broker)
  client.write(`${connect('s', COUNT)} ${SUBSCRIBE_ALL_QOS_1}`)
  await clock.settle()
  expect(broker.refusals).toEqual([])
  expect(publishes(client.take())).toHaveLength(COUNT)
})

it('does not keep a connection whose client ends its side and reads no more', async () => {
  const clock = new HandClock()
  const broker = new Broker({ clock })
  const [client, served] = duplexPair()
  broker.accept(served)
  client.end(Buffer.from('100d00044d51545404020000000161', 'hex'))
  client.pause()
  await clock.settle()
  expect(broker.openConnections.size).toBe(0)
  await clock.jump(1_000)
  expect(served.destroyed).toBe(true)
})

it('does not fill its memory with topics of 60,000 characters', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const subscriptions = new Subscriptions()
  collect()
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < 2_000; i++) subscriptions.match(Buffer.alloc(60_000, `${i}/`).toString('latin1'))
  collect()
  const grown = process.memoryUsage().heapUsed - before
  expect(subscriptions.match('a').targets).toEqual([])
  expect(grown).toBeLessThan(30_000_000)
})
