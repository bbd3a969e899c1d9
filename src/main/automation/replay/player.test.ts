import { describe, expect, it, onTestFinished } from 'vitest'
import { asRecorded, type ReplayOptions } from '../../../shared/contract/replay'
import { AppError } from '../../../shared/errors'
import { HandClock } from './clock.fixture'
import type { ReplayedMessage, ReplayMessage } from './message'
import { Player, type ReplayOutlet } from './player'

/** A recorded message, received some ms after the first. */
function message(topic: string, ms: number, more: Partial<ReplayMessage> = {}): ReplayMessage {
  return {
    topic,
    at: 1_700_000_000_000_000 + ms * 1_000,
    qos: 1,
    retain: false,
    payload: Buffer.from(topic),
    properties: null,
    isState: false,
    ...more
  }
}

const LINE = ['a', 'b', 'c', 'd'].map((topic, index) => message(topic, index * 1_000))

/** A player of messages, whose broker acknowledges when `holds` does not keep it from that. */
function playing(messages: ReplayMessage[], options: Partial<ReplayOptions> = {}) {
  const clock = new HandClock()
  const published: (ReplayedMessage & { ms: number })[] = []
  const broker = {
    isOnline: true,
    holds: false,
    receiveMaximum: 100,
    refusal: null as AppError | null,
    acks: [] as (() => void)[],
    reconnected: () => undefined as void
  }
  const outlet: ReplayOutlet = {
    get isOnline() {
      return broker.isOnline
    },
    get receiveMaximum() {
      return broker.receiveMaximum
    },
    async publish(each) {
      published.push({ ...each, ms: clock.now() })
      if (broker.refusal) throw broker.refusal
      if (broker.holds) await new Promise<void>((resolve) => broker.acks.push(resolve))
    },
    online: () =>
      new Promise<void>((resolve) => {
        broker.reconnected = () => {
          broker.isOnline = true
          resolve()
        }
      })
  }
  let read = 0
  const next = () => {
    const isEnd = read++ % 2 === 1
    return Promise.resolve({ messages: isEnd ? [] : messages, share: 1, isEnd })
  }
  const player = new Player({ ...asRecorded, ...options }, next, outlet, clock)
  const controller = new AbortController()
  const end = player.play(controller.signal).then(
    () => 'done',
    () => 'cancelled'
  )
  onTestFinished(() => controller.abort())
  const sent = (): [string, number][] => published.map(({ topic, ms }) => [topic, ms])
  return { clock, player, broker, published, sent, end, cancel: () => controller.abort() }
}

describe('a replay', () => {
  it.each([
    [1, [0, 1_000, 2_000, 3_000]],
    [10, [0, 100, 200, 300]],
    [0.1, [0, 10_000, 20_000, 30_000]],
    [null, [0, 0, 0, 0]]
  ])('publishes at %s times the speed', async (speed, times) => {
    const { clock, sent, end, player } = playing(LINE, { speed })
    await clock.pass(30_000)
    expect(sent()).toEqual(['a', 'b', 'c', 'd'].map((topic, index) => [topic, times[index]]))
    expect(await end).toBe('done')
    expect(player.status).toMatchObject({ state: 'ended', sent: 4, refused: 0, behind: 0, share: 1 })
  })

  it('waits while it is paused, steps by one message, and continues with the distances that are left', async () => {
    const { clock, player, sent } = playing(LINE)
    await clock.pass(400)
    player.control('pause')
    await clock.pass(10_000)
    expect(player.status).toMatchObject({ state: 'paused', sent: 1, behind: 0, next: null })
    player.control('resume')
    await clock.pass(600)
    expect(sent()).toEqual([
      ['a', 0],
      ['b', 11_000]
    ])
    player.control('step')
    await clock.pass(5_000)
    expect(sent().at(-1)).toEqual(['c', 11_000])
    expect(player.status.state).toBe('paused')
    player.control('resume')
    await clock.pass(1_000)
    expect(sent().at(-1)).toEqual(['d', 17_000])
  })

  it('is late when the broker is slow, loses nothing, and catches up', async () => {
    const { clock, player, broker, sent, end } = playing(LINE)
    broker.holds = true
    broker.receiveMaximum = 2
    await clock.pass(12_000)
    expect(sent().map(([topic]) => topic)).toEqual(['a', 'b'])
    expect(player.status).toMatchObject({ behind: 10_000, sent: 0 })
    broker.holds = false
    for (const acknowledge of broker.acks) acknowledge()
    await clock.pass(1)
    expect(sent().slice(2)).toEqual([
      ['c', 12_000],
      ['d', 12_000]
    ])
    expect(await end).toBe('done')
    expect(player.status.sent).toBe(4)
  })

  it('waits for a lost connection, and goes on where it was', async () => {
    const { clock, player, broker, sent } = playing(LINE)
    await clock.pass(1_500)
    broker.isOnline = false
    await clock.pass(60_000)
    expect(player.status).toMatchObject({ state: 'waiting', sent: 2, behind: 0 })
    broker.reconnected()
    await clock.pass(1_000)
    expect(sent().slice(2)).toEqual([
      ['c', 61_500],
      ['d', 62_500]
    ])
  })

  it('moves what is left only once by the time in which it was paused and without a connection', async () => {
    const { clock, player, broker, sent } = playing(LINE)
    await clock.pass(1_500)
    broker.isOnline = false
    await clock.pass(1_500)
    player.control('pause')
    await clock.pass(57_000)
    broker.reconnected()
    await clock.pass(10_000)
    player.control('resume')
    await clock.pass(1_000)
    expect(sent().slice(2)).toEqual([
      ['c', 60_000],
      ['d', 71_000]
    ])
  })

  it('counts what the broker refuses, with the reason, and goes on', async () => {
    const { clock, player, broker, end } = playing(LINE, { prefix: { from: 'a', to: '' } })
    broker.refusal = new AppError('PUBLISH_REFUSED', { reasonCode: 0x87, reasonString: null })
    await clock.pass(3_000)
    expect(await end).toBe('done')
    expect(player.status).toMatchObject({
      sent: 0,
      refused: 4,
      refusal: { code: 'PUBLISH_REFUSED', details: { reasonCode: 0x87 } }
    })
  })

  it('begins again, not more often than once a second, until it is cancelled', async () => {
    const { clock, player, sent, end, cancel } = playing([LINE[0]!], { loop: true })
    await clock.pass(2_500)
    expect(sent().map(([, ms]) => ms)).toEqual([0, 1_000, 2_000])
    expect(player.status).toMatchObject({ pass: 3, loop: true })
    cancel()
    expect(await end).toBe('cancelled')
  })

  it('ends a loop in which there is nothing to publish', async () => {
    const { clock, end } = playing([], { loop: true })
    await clock.pass(0)
    expect(await end).toBe('done')
  })

  it('is cancelled while it waits for its time, for an acknowledgement, and while it is paused', async () => {
    for (const stuck of ['time', 'ack', 'pause']) {
      const { clock, broker, player, cancel, end } = playing(LINE)
      if (stuck === 'ack') Object.assign(broker, { holds: true, receiveMaximum: 1 })
      await clock.pass(stuck === 'ack' ? 1_500 : 100)
      if (stuck === 'pause') player.control('pause')
      cancel()
      expect(await end).toBe('cancelled')
    }
  })

  it('publishes the state first, then rewritten topics, other QoS and retain flags, and current times', async () => {
    const state = message('plant/s', -5_000, { isState: true, qos: 0 })
    const other = message('other', 0, { properties: { responseTopic: 'plant/answer', contentType: 'x' } })
    const timed = message('plant/t', 2_000, {
      retain: true,
      payload: Buffer.from('{"t":1700000002000}')
    })
    const { clock, published } = playing([state, other, timed], {
      speed: 2,
      prefix: { from: 'plant/', to: 'test/' },
      qos: 2,
      retain: false,
      times: 'find'
    })
    await clock.pass(1_000)
    expect(published).toMatchObject([
      { topic: 'test/s', qos: 2, retain: true, ms: 0 },
      {
        topic: 'other',
        retain: false,
        ms: 0,
        properties: { responseTopic: 'test/answer', contentType: 'x' }
      },
      { topic: 'test/t', qos: 2, retain: false, ms: 1_000 }
    ])
    expect(published[2]!.payload.toString()).toBe('{"t":1800000001000}')
  })
})
