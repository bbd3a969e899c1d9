import type { TopicFrame } from '../../shared/contract/topics'
import { AppError } from '../../shared/errors'
import { orClose } from '../history/or-close'
import { PastReader } from '../history/past'
import { Suggestions } from '../topics/suggestions'
import { viewCalls, type TreeCalls } from '../topics/tree-calls'
import type { TopicView } from '../topics/view'
import type { HistoryDecoding } from './history-decoding'
import { topicsOf } from './moments'
import { orHistoryFault, type OpenHistories } from './open-histories'
import { PastView } from './past-view'

/** The end of a history: all messages are included. */
const AT_ITS_END = Number.MAX_SAFE_INTEGER

/** The views of past moments and of recordings, and the archive's calls for them. */
export class PastViews {
  private readonly pasts = new Map<string, { path: string; view: PastView }>()
  private readonly suggestions = new Suggestions()

  constructor(
    private readonly histories: OpenHistories,
    private readonly decoding: HistoryDecoding,
    private readonly send: (frame: TopicFrame) => void
  ) {}

  calls(): TreeCalls {
    const calls = viewCalls(this)
    return {
      ...calls,
      'topics.watch': (input) => this.open(input),
      'topics.update': async (input) => {
        await calls['topics.update'](input)
        if (input.moment !== undefined) this.past(input.viewId).moveTo(input.moment)
      },
      'topics.suggest': ({ path, ...sought }) =>
        this.suggestions.suggest(
          this.histories.read(path, [], () => topicsOf(path)),
          sought
        )
    }
  }

  get(viewId: string): TopicView {
    return this.past(viewId).view
  }

  close(viewId: string): void {
    this.pasts.get(viewId)?.view.close()
    this.pasts.delete(viewId)
  }

  /** Closes every view of a history. */
  forget(path: string): void {
    for (const [viewId, view] of this.pasts) if (view.path === path) this.close(viewId)
  }

  private open({
    path,
    viewId,
    moment,
    expanded,
    ...options
  }: Parameters<TreeCalls['topics.watch']>[0]): void {
    const start = {
      viewId,
      moment: moment ?? AT_ITS_END,
      options,
      expanded,
      preview: (topic: string, bytes: Uint8Array, size: number) =>
        this.decoding.decodersOf(path).preview(topic, bytes, size)
    }
    const view = orHistoryFault(() =>
      orClose(PastReader.open(path), (reader) => new PastView(reader, start, this.send))
    )
    this.pasts.set(viewId, { path, view })
  }

  /** Throws NOT_FOUND. */
  private past(viewId: string): PastView {
    const found = this.pasts.get(viewId)
    if (!found) throw new AppError('NOT_FOUND', { what: 'view', id: viewId })
    return found.view
  }
}
