import { EventEmitter } from 'node:events'
import type { OpenBranches, TopicFrame } from '../../shared/contract/topics'
import { AppError } from '../../shared/errors'
import { TopicView } from './view'
import type { ViewOptions, ViewReaders } from './view-options'
import type { TopicTree } from './tree'

/** The shortest time between two frames, and how often falling rates are updated, in ms. */
const FRAME_EVERY = 50
const FALLING_EVERY = 500

/** The views of one tree, and the timer that emits their frames. It runs only while there are changes to send. */
export class Views extends EventEmitter<{ frame: [TopicFrame] }> {
  private readonly views = new Map<string, TopicView>()
  private timer: NodeJS.Timeout | null = null
  private dueAt = Infinity
  /** Whether the timer is due within FRAME_EVERY. */
  private soon = false
  /** When frames were last built, by the monotonic clock. */
  private framedAt = -FRAME_EVERY

  constructor(
    private readonly tree: TopicTree,
    private readonly readers: ViewReaders
  ) {
    super()
  }

  open(viewId: string, options: ViewOptions, expanded: OpenBranches): void {
    this.views.set(
      viewId,
      new TopicView(viewId, this.tree, { options, expanded }, this.readers, () => this.wake(0))
    )
    this.wake(0)
  }

  close(viewId: string): void {
    this.views.get(viewId)?.close()
    this.views.delete(viewId)
  }

  /** Throws NOT_FOUND. */
  get(viewId: string): TopicView {
    const view = this.views.get(viewId)
    if (!view) throw new AppError('NOT_FOUND', { what: 'view', id: viewId })
    return view
  }

  /** Rebuilds every row. */
  restart(): void {
    for (const view of this.views.values()) view.forgetRows()
    this.wake(0)
  }

  /** Schedules frames after a change that a view may show. */
  changed(): void {
    // Called for every message, so do not read the clock if the timer is due soon anyway.
    if (this.soon || this.views.size === 0) return
    this.wake(Math.max(0, this.framedAt + FRAME_EVERY - performance.now()))
  }

  /** Emits pending frames immediately, because the caller is about to keep the thread busy. */
  tellNow(): void {
    if (this.timer) clearTimeout(this.timer)
    this.tick()
  }

  stop(): void {
    if (this.timer) clearTimeout(this.timer)
    for (const view of this.views.values()) view.close()
    this.views.clear()
  }

  private wake(after: number): void {
    const dueAt = performance.now() + after
    if (this.timer && this.dueAt <= dueAt) return
    if (this.timer) clearTimeout(this.timer)
    this.dueAt = dueAt
    this.soon = after <= FRAME_EVERY
    this.timer = setTimeout(() => this.tick(), after)
  }

  private tick(): void {
    this.timer = null
    this.soon = false
    this.framedAt = performance.now()
    let falling = false
    for (const view of this.views.values()) {
      const { frame, live } = view.frame()
      if (frame) this.emit('frame', frame)
      falling ||= live
    }
    if (falling) this.wake(FALLING_EVERY)
  }
}
