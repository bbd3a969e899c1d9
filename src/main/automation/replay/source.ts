import type { ReplaySelection } from '../../../shared/contract/replay'
import { MessageProperties, Qos } from '../../../shared/message'
import { compileFilter } from '../../../shared/topic'
import { historyFault, openIfThere } from '../../history/open'
import { HistoryScan, type ScannedRow } from '../../history/scan'
import { stateBefore } from '../../history/state-before'
import type { ReplayPage } from './message'

/** Limit of cached topic names. */
const TOPICS_KEPT = 50_000
const END: ReplayPage = { messages: [], share: 1, isEnd: true }

/**
 * The messages of a replay, in pages that take a few ms each, again and again. What is recorded after it was opened is never part of it, so
 * that a loop into the connection that it reads ends with the same message each time. A history that does not exist yet is empty.
 */
export class ReplaySource {
  private pages: Generator<ReplayPage> | null = null
  private scan: HistoryScan | null = null

  private constructor(
    private readonly path: string,
    private readonly selection: ReplaySelection,
    private readonly newest: number
  ) {}

  /** Throws HISTORY_UNAVAILABLE. */
  static open(path: string, selection: ReplaySelection): ReplaySource {
    const everything = { filter: null, from: null, to: null }
    const scan = openIfThere(path, () => HistoryScan.open(path, everything))
    try {
      return new ReplaySource(path, selection, scan?.newestId ?? 0)
    } finally {
      scan?.close()
    }
  }

  /** The next messages; after the last, the end, and then the first again. Throws HISTORY_UNAVAILABLE. */
  page(): ReplayPage {
    try {
      this.pages ??= this.pass()
      const { value, done } = this.pages.next() as IteratorResult<ReplayPage, undefined>
      if (!done) return value
      this.close()
      return END
    } catch (error) {
      this.close()
      throw historyFault(error)
    }
  }

  close(): void {
    this.pages?.return(undefined)
    this.pages = null
    this.scan?.close()
    this.scan = null
  }

  private *pass(): Generator<ReplayPage> {
    const { path, selection, newest } = this
    const { from, to, state, published } = selection
    if (newest === 0) return
    const matches = matching(selection)
    const scan = HistoryScan.open(path, { filter: null, from, to }, { matches, upTo: newest })
    this.scan = scan
    const topic = topicsOf(scan)
    if (from !== null && state !== 'none')
      for (const { rows } of stateBefore(path, { matches, state, before: from, published }))
        yield {
          messages: rows.map((row) => ({ ...messageOf(row, topic), at: from, isState: true })),
          share: 0,
          isEnd: false
        }
    for (const { rows, share } of scan.steps()) {
      const taken = published ? rows : rows.filter(([, , , direction]) => direction === 0)
      yield {
        messages: taken.map((row) => ({ ...messageOf(row, topic), isState: false })),
        share,
        isEnd: false
      }
    }
  }
}

/** Which topics a selection takes. */
export function matching({
  include,
  exclude
}: Pick<ReplaySelection, 'include' | 'exclude'>): (topic: string) => boolean {
  const taken = (include.length > 0 ? include : ['#']).map(compileFilter)
  const left = exclude.map(compileFilter)
  return (topic) => taken.some((fits) => fits(topic)) && !left.some((fits) => fits(topic))
}

function messageOf(
  [, topicId, at, , qos, retain, , payload, properties]: ScannedRow,
  topic: (id: number) => string
): Omit<ReplayPage['messages'][number], 'isState'> {
  return {
    topic: topic(topicId),
    at,
    // A recording may come from anybody.
    qos: Qos.catch(0).parse(qos),
    retain: retain === 1,
    payload,
    properties: properties === null ? null : propertiesOf(properties)
  }
}

/** The properties in a history; null if they are not what Treetop writes. */
function propertiesOf(text: string): MessageProperties | null {
  try {
    return MessageProperties.parse(JSON.parse(text))
  } catch {
    return null
  }
}

/** A lookup of topics by id, with a cache. */
function topicsOf(scan: HistoryScan): (id: number) => string {
  const known = new Map<number, string>()
  return (id) => {
    let name = known.get(id)
    if (name === undefined) {
      if (known.size === TOPICS_KEPT) known.clear()
      // In a file from anybody, a topic may be missing.
      const found: string | undefined = scan.topicName(id)
      name = found ?? ''
      known.set(id, name)
    }
    return name
  }
}
