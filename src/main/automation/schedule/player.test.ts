import { describe, expect, it } from 'vitest'
import { AppError } from '../../../shared/errors'
import type { SchedulePlan } from '../../../shared/schedule'
import type { ReadyMessage } from '../collections/to-message'
import { HandClock } from '../replay/clock.fixture'
import { SchedulePlayer, type ScheduledMessage, type ScheduleOutlet } from './player'

const plan: SchedulePlan = { every: 100, cron: '', count: null, jitter: 0, until: null }
const message = (payload: string): ReadyMessage => ({
  ...{ topic: 'a', payload: Buffer.from(payload), qos: 0, retain: false, properties: null }
})

/** A player on a clock of the test, and when it sent what. */
function stage(changes: Partial<SchedulePlan>, make?: (number: number) => ScheduledMessage) {
  const clock = new HandClock()
  const sent: [number, string][] = []
  let online = true
  let back: () => void = () => undefined
  const outlet: ScheduleOutlet = {
    get isOnline() {
      return online
    },
    receiveMaximum: 10,
    publish: ({ payload }) => {
      sent.push([clock.now(), Buffer.from(payload).toString()])
      return Promise.resolve()
    },
    online: () => new Promise((resolve) => (back = resolve))
  }
  let made = 0
  const next = (): Promise<ScheduledMessage> => Promise.resolve((make ?? ((n) => message(String(n))))(++made))
  const player = new SchedulePlayer({ ...plan, ...changes }, next, outlet, clock, () => 0.5)
  const controller = new AbortController()
  const played = player.play(controller.signal)
  return {
    ...{ clock, sent, player, controller, played, outlet },
    setOnline(now: boolean) {
      online = now
      if (now) back()
    },
    times: () => sent.map(([at]) => at)
  }
}

describe('a schedule', () => {
  it('sends at once and then at its interval, and ends with its count', async () => {
    const { clock, player, played, sent } = stage({ count: 3 })
    await clock.pass(1_000)
    await played
    expect(sent).toEqual([
      [0, '1'],
      [100, '2'],
      [200, '3']
    ])
    expect(player.status).toMatchObject({
      state: 'ended',
      end: 'count',
      sent: 3,
      failed: 0,
      missed: 0,
      next: null
    })
    expect(player.status.rate).toBeCloseTo(15)
  })

  it('adds jitter to each message and not to the interval', async () => {
    const { clock, times, controller } = stage({ jitter: 40 })
    await clock.pass(320)
    expect(times()).toEqual([20, 120, 220, 320])
    controller.abort('stopped')
  })

  it('ends with its time', async () => {
    const clockStart = new HandClock().wall()
    const { clock, player, played, times } = stage({ until: clockStart + 250 })
    await clock.pass(1_000)
    await played
    expect(times()).toEqual([0, 100, 200])
    expect(player.status).toMatchObject({ end: 'until', endedAt: clockStart + 200 })
  })

  it('follows a cron line with seconds', async () => {
    const { clock, player, times, controller } = stage({ every: null, cron: '*/10 * * * * *' })
    await clock.pass(30_000)
    expect(times()).toEqual([0, 10_000, 20_000, 30_000])
    expect(player.status.next).toBe(clock.wall() + 10_000)
    controller.abort('stopped')
  })

  it('leaves out what was due while the connection was away, and goes on', async () => {
    const { clock, player, times, setOnline, controller } = stage({})
    await clock.pass(100)
    setOnline(false)
    await clock.pass(5_050)
    expect(player.status.state).toBe('waiting')
    setOnline(true)
    await clock.pass(200)
    expect(times()).toEqual([0, 100, 5_200, 5_300])
    expect(player.status).toMatchObject({ state: 'running', sent: 4, missed: 50 })
    controller.abort('stopped')
  })

  it('counts what could not be sent, with the last reason, and goes on', async () => {
    const fault = {
      field: 'topic',
      variable: null,
      line: 1,
      column: 1,
      code: 'EMPTY',
      name: '',
      detail: ''
    } as const
    const { clock, player, controller, outlet } = stage({}, (number) =>
      number === 2 ? { faults: [fault] } : message(String(number))
    )
    await clock.pass(100)
    expect(player.status).toMatchObject({ sent: 1, failed: 1, failure: { fault } })
    outlet.publish = () => Promise.reject(new AppError('QOS_NOT_SUPPORTED', { maximum: 1 }))
    await clock.pass(100)
    expect(player.status).toMatchObject({ sent: 1, failed: 2, failure: { code: 'QOS_NOT_SUPPORTED' } })
    controller.abort('stopped')
  })

  it('ends when it is stopped, also while it waits, and says by what', async () => {
    const { clock, player, played, controller } = stage({ every: 60_000 })
    await clock.pass(10)
    controller.abort('stopped')
    await played
    expect(player.status).toMatchObject({ state: 'ended', end: 'stopped', sent: 1 })
    const other = stage({})
    other.controller.abort('connection')
    await other.played
    expect(other.player.status.end).toBe('connection')
  })

  it('says how late its messages were', async () => {
    const { clock, player, controller, sent } = stage({ count: 2 })
    const now = clock.now.bind(clock)
    await clock.pass(50)
    // The timer of the second message comes 30 ms late.
    clock.now = () => now() + (sent.length === 1 ? 30 : 0)
    await clock.pass(100)
    expect(player.status.lateness.max).toBeGreaterThan(0)
    expect(player.status.lateness.p99).toBeLessThanOrEqual(player.status.lateness.max)
    controller.abort('stopped')
  })
})
