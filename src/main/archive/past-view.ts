import type { OpenBranches, TopicFrame } from '../../shared/contract/topics'
import type { ViewOptions } from '../topics/view-options'
import { Views } from '../topics/view-frames'
import type { TopicView } from '../topics/view'
import type { Preview } from '../decode/preview'
import type { PastMessage, PastReader } from '../history/past'
import type { TopicEntry } from '../history/topics'
import { Pacer } from '../pacer'
import { PastTree } from './past-tree'

/** How long totals are counted before yielding the thread, in ms. */
const SLICE_MS = 25
/** How many bytes of a value a filter checks. */
const VALUE_BYTES = 65_536

/** Initial settings of a view of the past. */
export interface PastViewStart {
  viewId: string
  /** The id of the last message included. */
  moment: number
  options: ViewOptions
  expanded: OpenBranches
  /** Formats a last value as one line. */
  preview: (topic: string, start: Uint8Array, size: number) => Preview
}

/** A view of a history's tree as it was at a moment. The moment can change. */
export class PastView {
  private readonly tree: PastTree
  private readonly views: Views
  private readonly viewId: string
  private moment = 0
  /** Increases with each moment; counting for an earlier one stops. */
  private turn = 0
  private counted = false
  private closed = false

  constructor(
    private readonly reader: PastReader,
    { viewId, moment, options, expanded, preview }: PastViewStart,
    send: (frame: TopicFrame) => void
  ) {
    this.viewId = viewId
    this.tree = new PastTree()
    this.tree.add(reader.topics())
    this.views = new Views(this.tree, {
      last: (entry) => {
        const found = this.lastOf(entry)
        entry.lastId = found?.id ?? 0
        return found && { ...found, line: preview(entry.name, found.start, found.size) }
      },
      value: (entry) => this.lastOf(entry, VALUE_BYTES)?.start.toString() ?? null,
      isThere: (node) => this.tree.isThere(node)
    })
    this.views.on('frame', (frame) => send({ ...frame, counting: !this.counted }))
    this.views.open(viewId, options, expanded)
    this.moveTo(moment)
  }

  /** Shows another moment: visible rows at once, totals as soon as they are counted. */
  moveTo(moment: number): void {
    this.moment = moment
    this.counted = false
    const introduced = this.reader.introduced(moment)
    // Topics may have been added since the view was opened.
    if (introduced > this.tree.highest) this.tree.add(this.reader.topics(this.tree.highest))
    this.tree.show(introduced)
    this.views.restart()
    this.views.tellNow()
    const turn = ++this.turn
    // If counting fails, totals stay unknown.
    this.countTotals(turn).catch(() => turn === this.turn && this.endCounting())
  }

  get view(): TopicView {
    return this.views.get(this.viewId)
  }

  close(): void {
    this.closed = true
    this.views.stop()
    this.reader.close()
  }

  private async countTotals(turn: number): Promise<void> {
    const counting = this.reader.totals(this.moment)
    const pacer = new Pacer(SLICE_MS)
    for (;;) {
      await pacer.yield()
      if (this.closed || turn !== this.turn) return
      let step = counting.next()
      while (!step.done && !pacer.isDue) step = counting.next()
      if (!step.done) continue
      this.tree.showTotals(step.value.messages, step.value.lastIds)
      this.endCounting()
      return
    }
  }

  private endCounting(): void {
    if (this.closed) return
    this.counted = true
    this.views.restart()
    this.views.tellNow()
  }

  /** Shows the intact parts of a damaged file; opening a damaged message reports the error. */
  private lastOf({ id }: TopicEntry, bytes?: number): PastMessage | null {
    try {
      return this.reader.lastOf(id, this.moment, bytes)
    } catch {
      return null
    }
  }
}
