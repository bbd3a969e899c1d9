import { describe, expect, it } from 'vitest'
import { between, namesOf, type Between } from './between'
import { historyOf, type FixtureMessage } from './fixture'
import { PastReader } from './past'

/** Messages on topics that appear one after another; ids and times ascend from 1. */
function messages(count: number, seed = 7): FixtureMessage[] {
  let state = seed
  const random = (bound: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state % bound
  }
  return Array.from({ length: count }, (_, index) => ({
    topic: `t/${random(Math.floor(index / 40) + 3)}`,
    payload: `v${index + 1}`,
    direction: random(11) === 0 ? 'out' : 'in'
  }))
}

interface Then {
  messages: Map<string, number>
  last: Map<string, string>
}

/** The expected state at an id, computed from all messages. */
function replay(all: FixtureMessage[], moment: number): Then {
  const then: Then = { messages: new Map(), last: new Map() }
  for (const { topic, payload, direction } of all.slice(0, moment)) {
    then.messages.set(topic, (then.messages.get(topic) ?? 0) + 1)
    if (direction === 'in') then.last.set(topic, String(payload))
  }
  return then
}

describe('a history as it was', () => {
  // Half of it is indexed in segments, and the rest lies beyond them.
  const first = messages(90_000)
  const all = [...first, ...messages(4_000, 99)]
  const history = (): { reader: PastReader; path: string } => {
    const fixture = historyOf(first)
    fixture.index()
    fixture.add(all.slice(first.length))
    return { reader: PastReader.open(fixture.path), path: fixture.path }
  }

  it('matches a scan of all messages: topics, values and counts', () => {
    const { reader } = history()
    const topics = reader.topics()
    for (const moment of [1, 500, 65_535, 65_536, 65_537, 80_000, 90_000, 92_345, 94_000]) {
      const then = replay(all, moment)
      const introduced = reader.introduced(moment)
      for (const [id, name] of topics) {
        if (then.messages.has(name)) expect(id).toBeLessThanOrEqual(introduced)
        else expect(id).toBeGreaterThan(introduced)
      }
      const step = Math.max(1, Math.floor(topics.length / 60))
      for (let index = 0; index < topics.length; index += step) {
        const [id, name] = topics[index]!
        expect([name, reader.lastOf(id, moment)?.start.toString() ?? null]).toEqual([
          name,
          then.last.get(name) ?? null
        ])
      }
      const counting = reader.totals(moment)
      let counted = counting.next()
      while (!counted.done) counted = counting.next()
      for (const [id, name] of topics) expect(counted.value.messages[id]).toBe(then.messages.get(name) ?? 0)
    }
    reader.close()
  })

  it('includes topics whose totals are not written yet, but not topics only published to', () => {
    const fixture = historyOf([{ topic: 'a' }, { topic: 'sent', direction: 'out' }, { topic: 'b' }])
    fixture.database.exec('UPDATE topic SET last_id = 0')
    const reader = PastReader.open(fixture.path)
    expect(reader.topics().map(([, name]) => name)).toEqual(['a', 'b'])
    const highest = reader.topics().at(-1)![0]
    fixture.add([{ topic: 'later' }])
    expect(reader.topics(highest).map(([, name]) => name)).toEqual(['later'])
    reader.close()
  })

  it('has its ends, its messages by time, and their density', () => {
    const { reader } = history()
    expect(reader.ends()).toEqual({ first: { id: 1, at: 1 }, last: { id: 94_000, at: 94_000 } })
    expect(reader.before(500)).toEqual({ id: 500, at: 500 })
    expect(reader.before(0)).toBeNull()
    expect(reader.before(1e9)).toEqual({ id: 94_000, at: 94_000 })
    const counts = reader.density(1, 94_001, 10)
    expect(counts).toEqual(Array.from({ length: 10 }, () => 9_400))
    reader.close()
  })

  it('compares topics between two moments', () => {
    const { path } = history()
    const [from, to] = [60_000, 70_000]
    const comparing = between(path, from, to)
    let step = comparing.next()
    while (!step.done) step = comparing.next()
    const names = (counts: Between['appeared']): Map<string, number> => {
      const known = namesOf(path, [...counts.keys()])
      return new Map([...counts].map(([id, count]) => [known.get(id)!, count]))
    }
    const [before, inside] = [new Map<string, number>(), new Map<string, number>()]
    const ever = new Set(all.slice(0, from).map(({ topic }) => topic))
    for (const { topic } of all.slice(from - (to - from), from))
      before.set(topic, (before.get(topic) ?? 0) + 1)
    for (const { topic } of all.slice(from, to)) inside.set(topic, (inside.get(topic) ?? 0) + 1)
    expect(names(step.value.appeared)).toEqual(new Map([...inside].filter(([topic]) => !ever.has(topic))))
    expect(names(step.value.changed)).toEqual(new Map([...inside].filter(([topic]) => ever.has(topic))))
    expect(names(step.value.silent)).toEqual(new Map([...before].filter(([topic]) => !inside.has(topic))))
  })
})
