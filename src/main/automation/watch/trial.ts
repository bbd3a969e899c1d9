import type { CallOutput } from '../../../shared/contract'
import type { WatchDraft, WatchMoment } from '../../../shared/contract/watch'
import { compileFilter } from '../../../shared/topic'
import { historyFault, openIfThere } from '../../history/open'
import { HistoryScan } from '../../history/scan'
import { topicsBefore } from '../../history/topics-before'
import { Pacer } from '../../pacer'
import { WatchEngine } from './engine'
import type { Readers } from './seen'

/** A trial reads this long at most, and lets other work run this often, in ms. */
const LONGEST = 4_000
const SLICE_MS = 25
/** How many moments it lists. */
const LISTED = 200
/** The shortest time between two looks at the clock of the trial, in µs. */
const STEP = 1_000

interface Trial {
  path: string
  draft: WatchDraft
  /** The period, in µs since 1970 UTC. */
  from: number
  to: number
}

/**
 * What a rule would have done with the messages of a period. The history does not say when the connection was away: silence counts then,
 * too. Lets other work run between steps; null: `isSuperseded`. Throws HISTORY_UNAVAILABLE.
 */
export async function tryRule(
  { path, draft, from, to }: Trial,
  readers: Readers,
  isSuperseded: () => boolean
): Promise<CallOutput<'watch.try'>> {
  const moments: WatchMoment[] = []
  let fired = 0
  let messages = 0
  const rule = { ...draft, id: '', on: true }
  const engine = new WatchEngine(readers, ({ ruleId: _, ...moment }) => {
    if (moment.kind === 'fired') fired++
    if ((moment.kind === 'fired' || rule.tellBack) && moments.length < LISTED) moments.push(moment)
  })
  engine.setOnline(from)
  engine.setRules([rule])
  const result = (until: number): CallOutput<'watch.try'> => {
    const { topics } = engine.states()[0]!
    return { from, to: until, isWhole: until === to, messages, topics, fired, moments }
  }
  const scan = openIfThere(path, () => HistoryScan.open(path, { filter: draft.filter, from, to }))
  if (!scan) return result(to)
  const pacer = new Pacer(SLICE_MS)
  const deadline = performance.now() + LONGEST
  let now = from
  /** Lets the time of the trial pass. Returns whether the trial must end. */
  const pass = async (until: number): Promise<boolean> => {
    while (engine.due < until) {
      now = Math.min(until, Math.max(Math.ceil(engine.due), now + STEP))
      engine.advance(now)
      if (pacer.isDue && (await isOver())) return true
    }
    now = until
    engine.advance(now)
    return pacer.isDue && (await isOver())
  }
  const isOver = async (): Promise<boolean> => {
    await pacer.yield()
    return isSuperseded() || performance.now() > deadline
  }
  try {
    for (const { id, name } of topicsBefore(path, compileFilter(draft.filter), from))
      engine.know(name, id, from)
    for (const { rows } of scan.steps()) {
      for (const [messageId, topicId, at, direction, , retain, , payload] of rows) {
        if (await pass(at)) return isSuperseded() ? null : result(now)
        if (direction !== 0) continue
        messages++
        const topic = scan.topicName(topicId)
        engine.take({ topic, topicId, at, messageId, payload, isStored: retain === 1 })
      }
      if (await isOver()) return isSuperseded() ? null : result(now)
    }
    if (await pass(to)) return isSuperseded() ? null : result(now)
    return result(to)
  } catch (error) {
    throw historyFault(error)
  } finally {
    scan.close()
  }
}
