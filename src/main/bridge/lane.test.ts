import { expect, it } from 'vitest'
import { AppError } from '../../shared/errors'
import type { Carried } from '../mqtt/bridging'
import { Lane, type Destination } from './lane'

/** A side whose broker answers when a test says so. */
class FakeSide implements Destination {
  isConnected = true
  receiveMaximum = 2
  readonly sent: { topic: string; answer: PromiseWithResolvers<void> }[] = []
  readonly drops: string[] = []
  arrived: string[] = []

  get connected(): Destination['connected'] {
    if (!this.isConnected) return null
    const carry = ({ topic }: Carried): Promise<void> => {
      const answer = Promise.withResolvers<void>()
      this.sent.push({ topic, answer })
      return answer.promise
    }
    return { receiveMaximum: this.receiveMaximum, carry }
  }

  carried({ topic }: Carried): void {
    this.arrived.push(topic)
  }

  dropped({ topic }: Carried, cause: string): void {
    this.drops.push(`${topic} ${cause}`)
  }

  emptied(): void {}
}

function message(topic: string, qos: 0 | 1 | 2 = 1, bytes = 1): Carried {
  return { topic, payload: Buffer.alloc(bytes), qos, retain: false, properties: null }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

it('sends no more at once than the broker takes, and then the next', async () => {
  const side = new FakeSide()
  const lane = new Lane(side)
  for (const topic of ['a', 'b', 'c']) void lane.push(message(topic))
  expect(side.sent.map(({ topic }) => topic)).toEqual(['a', 'b'])
  side.sent[0]!.answer.resolve()
  await settled()
  expect(side.sent.map(({ topic }) => topic)).toEqual(['a', 'b', 'c'])
  expect(side.arrived).toEqual(['a'])
})

it('names what the broker refuses, and what is too large', async () => {
  const side = new FakeSide()
  const lane = new Lane(side)
  void lane.push(message('a'))
  void lane.push(message('b'))
  side.sent[0]!.answer.reject(new AppError('PUBLISH_REFUSED', { reasonCode: 0x87, reasonString: null }))
  side.sent[1]!.answer.reject(new AppError('PAYLOAD_TOO_LARGE', { size: 2, limit: 1 }))
  await settled()
  expect(side.drops).toEqual(['a refused', 'b tooLarge'])
})

it('sends again in order what a client took with it, and hears no answer to the first attempt', async () => {
  const side = new FakeSide()
  const lane = new Lane(side)
  for (const topic of ['a', 'b', 'c']) void lane.push(message(topic))
  void lane.push(message('zero', 0))
  lane.restart()
  lane.pump()
  expect(side.sent.map(({ topic }) => topic)).toEqual(['a', 'b', 'a', 'b'])
  side.sent[0]!.answer.resolve()
  await settled()
  expect(side.arrived).toEqual([])
  side.sent[2]!.answer.resolve()
  await settled()
  expect(side.arrived).toEqual(['a'])
})

it('keeps QoS 1 and 2 when the connection is lost, and counts QoS 0', async () => {
  const side = new FakeSide()
  const lane = new Lane(side)
  void lane.push(message('zero', 0))
  void lane.push(message('one', 1))
  side.isConnected = false
  lane.lost()
  side.sent[1]!.answer.reject(new AppError('NOT_CONNECTED', { name: '' }))
  await settled()
  expect(side.drops).toEqual(['zero connectionLost'])
  side.isConnected = true
  lane.restart()
  lane.pump()
  expect(side.sent.map(({ topic }) => topic)).toEqual(['zero', 'one', 'one'])
})

it('is full at a thousand messages or 16 MB, and drops QoS 0 then', async () => {
  const side = new FakeSide()
  side.isConnected = false
  const many = new Lane(side)
  for (let i = 0; i < 1_000; i++) void many.push(message('t'))
  expect(many.isFull).toBe(true)
  await many.push(message('zero', 0))
  const large = new Lane(side)
  void large.push(message('t', 1, 16_000_000))
  expect(large.isFull).toBe(true)
  expect(side.drops).toEqual(['zero queueFull'])
})
