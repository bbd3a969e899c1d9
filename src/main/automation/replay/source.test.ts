import { describe, expect, it } from 'vitest'
import { everyMessageAgain, type ReplaySelection } from '../../../shared/contract/replay'
import { historyOf, temporaryFolder, type FixtureMessage } from '../../history/fixture'
import type { ReplayMessage } from './message'
import { ReplaySource } from './source'

const PLANT: FixtureMessage[] = [
  { topic: 'plant/a', payload: 'a1', retain: true, receivedAt: 1_000 },
  { topic: 'plant/b', payload: 'b1', retain: true, receivedAt: 2_000 },
  { topic: 'plant/c', payload: 'c1', qos: 2, receivedAt: 3_000 },
  { topic: 'plant/a', payload: 'a2', receivedAt: 4_000 },
  { topic: 'plant/b', payload: '', retain: true, receivedAt: 5_000 },
  { topic: '$SYS/uptime', payload: '9', receivedAt: 6_000 },
  { topic: 'plant/out', payload: 'o1', direction: 'out', receivedAt: 7_000 },
  { topic: 'plant/c', payload: 'c2', receivedAt: 8_000 },
  { topic: 'other/x', payload: 'x1', qos: 1, receivedAt: 9_000, properties: { contentType: 'text/plain' } }
]

function sourceOf(selection: Partial<ReplaySelection>, messages = PLANT) {
  const history = historyOf(messages)
  const source = ReplaySource.open(history.path, { ...everyMessageAgain, ...selection })
  const pass = (): ReplayMessage[] => {
    const found: ReplayMessage[] = []
    for (;;) {
      const page = source.page()
      found.push(...page.messages)
      if (page.isEnd) return found
    }
  }
  return { history, source, pass }
}

const payloads = (messages: ReplayMessage[]): string[] =>
  messages.map(({ payload }) => Buffer.from(payload).toString())

describe('the messages of a replay', () => {
  it('are those that were received, with all that was recorded of them', () => {
    const { pass, source } = sourceOf({})
    const found = pass()
    expect(payloads(found)).toEqual(['a1', 'b1', 'c1', 'a2', '', 'c2', 'x1'])
    expect(found.at(-1)).toMatchObject({
      topic: 'other/x',
      at: 9_000,
      qos: 1,
      retain: false,
      properties: { contentType: 'text/plain' },
      isState: false
    })
    source.close()
  })

  it.each<[Partial<ReplaySelection>, string[]]>([
    [{ include: ['plant/+'], exclude: ['plant/b', 'plant/c'] }, ['a1', 'a2']],
    [{ include: ['plant/c', 'other/#'] }, ['c1', 'c2', 'x1']],
    [{ include: ['$SYS/#'] }, ['9']],
    [{ exclude: ['#'] }, []],
    [{ from: 3_000, to: 8_000 }, ['c1', 'a2', '']],
    [{ published: true, from: 7_000 }, ['o1', 'c2', 'x1']]
  ])('are chosen by %j', (selection, expected) => {
    expect(payloads(sourceOf(selection).pass())).toEqual(expected)
  })

  it('begin with what the broker retained at the start of the period', () => {
    const found = sourceOf({ from: 8_000, state: 'retained' }).pass()
    expect(found.map(({ topic, isState, at }) => [topic, isState, at])).toEqual([
      ['plant/a', true, 8_000],
      ['plant/c', false, 8_000],
      ['other/x', false, 9_000]
    ])
    expect(payloads(found)[0]).toBe('a1')
  })

  it('begin with the last message of each topic at the start of the period', () => {
    const found = sourceOf({ from: 8_000, state: 'last', exclude: ['other/#'] }).pass()
    expect(payloads(found)).toEqual(['c1', 'a2', 'c2'])
  })

  it('have no state without a start', () => {
    expect(
      sourceOf({ state: 'last' })
        .pass()
        .some(({ isState }) => isState)
    ).toBe(false)
  })

  it('are the same in each pass, whatever is recorded meanwhile', () => {
    const { history, pass } = sourceOf({ include: ['plant/c'] })
    expect(payloads(pass())).toEqual(['c1', 'c2'])
    history.add([{ topic: 'plant/c', payload: 'c3', receivedAt: 10_000 }])
    expect(payloads(pass())).toEqual(['c1', 'c2'])
  })

  it('are none in a history that does not exist, and fail in one that is damaged', () => {
    const source = ReplaySource.open(`${temporaryFolder()}/none.db`, everyMessageAgain)
    expect(source.page().isEnd).toBe(true)
    const { history, source: broken } = sourceOf({})
    history.database.exec('DROP TABLE message')
    expect(() => broken.page()).toThrow('HISTORY_UNAVAILABLE')
  })

  it('do not trust a file: unknown QoS and properties are left out', () => {
    const found = sourceOf({}, [{ topic: 'a', qos: 7, properties: { userProperties: 5 } }]).pass()
    expect(found).toMatchObject([{ qos: 0, properties: null }])
  })
})
