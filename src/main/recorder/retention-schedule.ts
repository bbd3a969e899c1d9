import type { HistoryOptions } from '../../shared/contract/profiles'
import type { MessageStream } from './message-stream'
import type { Recorder } from './recorder'
import type { StoreSwitch } from './store-switch'

/** How often the history is checked, in ms. */
const EVERY = 1_000
const MEGABYTE = 1_000_000
const DAY_MICROSECONDS = 86_400_000_000

/** Keeps a history within its profile's limits: one step of some ms every second, and more steps while there is more to remove. */
export class RetentionSchedule {
  private options: HistoryOptions | null = null
  private timer: NodeJS.Timeout | null = null
  private immediate: NodeJS.Immediate | null = null

  constructor(
    private readonly recording: StoreSwitch,
    private readonly recorder: Recorder,
    private readonly stream: MessageStream
  ) {}

  setLimits(options: HistoryOptions): void {
    this.options = options
    this.timer ??= setInterval(() => this.step(), EVERY)
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer)
    if (this.immediate) clearImmediate(this.immediate)
    this.timer = null
  }

  private step(): void {
    this.immediate = null
    const { options, recording } = this
    const { writer } = recording
    if (!options || !writer || recording.loading !== null) return
    const limits = {
      bytes: options.maxMegabytes === null ? null : options.maxMegabytes * MEGABYTE,
      from: options.maxDays === null ? null : Date.now() * 1_000 - options.maxDays * DAY_MICROSECONDS
    }
    // Deliver pending messages first, so that subscribers have counted everything that is removed.
    this.recorder.flush()
    if (recording.writer !== writer) return
    try {
      const more = writer.retain(limits, (entry, messages) => this.stream.removed(entry, messages))
      // Let incoming messages be handled between two steps.
      if (more && !this.immediate) this.immediate = setImmediate(() => this.step())
    } catch (error) {
      this.recorder.fail(error)
    }
  }
}
