import { afterEach, describe, expect, it } from 'vitest'
import type { Series } from '../../shared/contract/series'
import { historyOf, type FixtureMessage } from '../history/fixture'
import { Charts } from './charts'
import { HistoryDecoding } from './history-decoding'
import { OpenHistories } from './open-histories'

const HISTORY = { kind: 'connection' as const, id: 'c' }
const SECOND = 1e6
const charts = new Charts(new HistoryDecoding(new OpenHistories()))
afterEach(() => charts.close())

/** All values of a source from a time on, read in as many calls as needed. */
function read(path: string, topic: string, pointer: string, from: number | null, to: number): Series {
  for (;;) {
    const time = from === null ? { to, length: null } : { from, to }
    const asked = { history: HISTORY, path, sources: [{ topic, path: pointer }], time, buckets: 4_000 }
    const [series] = charts.read(asked).series
    if (series!.share === 1) return series!
  }
}

const telemetry = (count: number): FixtureMessage[] =>
  Array.from({ length: count }, (_, index) => ({
    topic: index % 2 === 0 ? 'oven' : 'other',
    payload: `{"zones":[{"t":${index}.5}],"on":${index % 400 < 200}}`,
    receivedAt: index * SECOND
  }))

describe('values for charts', () => {
  it('match the messages, whichever part of the history is requested first', () => {
    const fixture = historyOf(telemetry(2_000))
    fixture.index()
    const late = read(fixture.path, 'oven', '/zones/0/t', 1_900 * SECOND, 1_999 * SECOND)
    expect(late.kind).toBe('number')
    // One more on the left, where the line starts.
    expect(late.values).toEqual(Array.from({ length: 51 }, (_, index) => 1_898.5 + index * 2))
    const all = read(fixture.path, 'oven', '/zones/0/t', null, 1_999 * SECOND)
    expect(all.values).toEqual(Array.from({ length: 1_000 }, (_, index) => index * 2 + 0.5))
    expect(all).toMatchObject({ exact: true, points: 1_000, cut: false })

    fixture.add([{ topic: 'oven', payload: '{"zones":[{"t":7}]}', receivedAt: 2_001 * SECOND }])
    expect(read(fixture.path, 'oven', '/zones/0/t', 1_990 * SECOND, 2_002 * SECOND).values.at(-1)).toBe(7)
  })

  it('are states for booleans and short texts', () => {
    const { path } = historyOf(telemetry(1_000))
    const { kind, at, values, states } = read(path, 'oven', '/on', null, 999 * SECOND)
    expect(kind).toBe('state')
    expect(values.map((value) => states[value!])).toEqual(['true', 'false', 'true', 'false', 'true'])
    expect(at.map((time) => time / SECOND)).toEqual([0, 200, 400, 600, 800])
  })

  it('are read from plain numbers and texts, but not from messages published here', () => {
    const { path } = historyOf([
      { topic: 'a', payload: ' 21.5\n', receivedAt: 1 },
      { topic: 'a', payload: '99', direction: 'out', receivedAt: 2 },
      { topic: 'a', payload: '-1e2', receivedAt: 3 },
      { topic: 'a', payload: 'x'.repeat(1_048_577), receivedAt: 4 }
    ])
    expect(read(path, 'a', '', null, 10).values).toEqual([21.5, -100])
  })

  it('disappear when their messages are deleted', () => {
    const fixture = historyOf(telemetry(100))
    expect(read(fixture.path, 'oven', '/zones/0/t', null, 99 * SECOND).points).toBe(50)
    fixture.database.exec('DELETE FROM message WHERE id <= 50')
    expect(read(fixture.path, 'oven', '/zones/0/t', null, 99 * SECOND).values[0]).toBe(50.5)
    fixture.database.exec('DELETE FROM message')
    charts.reset(fixture.path)
    expect(read(fixture.path, 'oven', '/zones/0/t', null, 99 * SECOND).kind).toBe('none')
  })

  it('are held from the newest one on once it is overdue, however long before the period it came', () => {
    const seldom = Array.from({ length: 20 }, (_, index) => index * 600 * SECOND)
    const fixture = historyOf([
      ...seldom.map((receivedAt) => ({ topic: 'seldom', payload: '{"t":5}', receivedAt })),
      // Later messages without the value do not end it.
      ...seldom.map((receivedAt) => ({
        topic: 'seldom',
        payload: '{"other":1}',
        receivedAt: 11_400 * SECOND + receivedAt / 600 + 1
      }))
    ])
    const { path } = fixture
    const now = 20_000 * SECOND
    const last = 11_400 * SECOND
    const readUpTo = (to: number, length: number): Series => {
      for (;;) {
        const sources = [{ topic: 'seldom', path: '/t' }]
        const asked = { history: HISTORY, path, sources, time: { to, length }, buckets: 100 }
        const [series] = charts.read(asked).series
        if (series!.share === 1) return series!
      }
    }
    const empty = readUpTo(now, 60 * SECOND)
    expect(empty).toMatchObject({ kind: 'number', points: 0, before: last, held: last, values: [5] })
    // Two minutes are nothing unusual, but would leave the end of a period of ten minutes empty.
    expect(readUpTo(last + 120 * SECOND, 600 * SECOND).held).toBe(last)
    expect(readUpTo(last + 120 * SECOND, 86_400 * SECOND).held).toBeNull()
    // At a moment in the past, nothing later is known.
    const then = readUpTo(6_000 * SECOND + 300 * SECOND, 60 * SECOND)
    expect(then).toMatchObject({ points: 0, before: 6_000 * SECOND, held: 6_000 * SECOND, values: [5] })
    // A part of the past lies between two values: the earlier one is not the newest.
    const part = read(path, 'seldom', '/t', 6_100 * SECOND, 6_200 * SECOND)
    expect(part).toMatchObject({ points: 0, before: 6_000 * SECOND, after: 6_600 * SECOND, held: null })
    expect(readUpTo(now, 60 * SECOND).held).toBe(last)
    expect(readUpTo(-1 * SECOND, 60 * SECOND)).toMatchObject({ kind: 'none', before: null, held: null })
  })

  it('are exported as CSV with every digit, in parts', () => {
    const { path } = historyOf([
      { topic: 'a,b', payload: '{"n": 12345678901234567890.10}', receivedAt: 1_700_000_000_123_456 },
      { topic: 'c', payload: '{"n": 1}', receivedAt: 1_700_000_000_200_000 },
      { topic: 'a,b', payload: '{"n": "say \\"x\\""}', receivedAt: 1_700_000_000_300_000 }
    ])
    const asked = { path, source: { topic: 'a,b', path: '/n' }, from: 0, to: 2e15, after: 0 }
    const { lines, next } = charts.csv(asked)
    expect(next).toBeNull()
    expect(Buffer.from(lines).toString()).toBe(
      '2023-11-14T22:13:20.123456Z,"a,b",/n,12345678901234567890.10\r\n' +
        '2023-11-14T22:13:20.300000Z,"a,b",/n,"say ""x"""\r\n'
    )
  })

  it('are listed by path, and array items with a name by that name', () => {
    const payload = '{"m":[{"name":"Temp/1","value":4},{"name":"b","value":true}],"l":[1,"long"],"z":null}'
    const { path } = historyOf([{ topic: 'spark', payload }])
    expect(charts.fields({ path, topic: 'spark' })).toEqual([
      { path: '/m/[name=Temp~11]/value', place: '/m/0/value', kind: 'number', text: '4' },
      { path: '/m/[name=b]/value', place: '/m/1/value', kind: 'state', text: 'true' },
      { path: '/l/0', place: '/l/0', kind: 'number', text: '1' },
      { path: '/l/1', place: '/l/1', kind: 'state', text: 'long' }
    ])
    expect(read(path, 'spark', '/m/[name=Temp~11]/value', null, 10).values).toEqual([4])
    expect(charts.fields({ path, topic: 'nothing' })).toEqual([])
  })
})
