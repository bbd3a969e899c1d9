import type { PayloadReader, Seen } from './seen'

/** What a rule knows of one topic. Times are µs since 1970 UTC, 0: never. */
export interface Track {
  readonly topic: string
  /** Since when it is watched. */
  readonly since: number
  /** The last sign of life. */
  last: number
  /** Whether the condition holds, and since when. */
  bad: boolean
  badSince: number
  /** It held long enough: the rule has fired, and the topic is not good again. */
  firing: boolean
  firedAt: number
  /** The firing was told; one that comes too early waits. */
  told: boolean
  toldAt: number
  /** Firings since then that were not told. */
  held: number
  /** The value, or the fault, of the last message, shortened; for `changed`, what the next one is compared with. */
  value: string | null
  /** Distinguishes longer payloads. */
  mark: string | null
  messageId: number | null
  counter: RateCounter | null
  reader: PayloadReader | null
}

export function newTrack(topic: string, since: number): Track {
  return {
    topic,
    since,
    last: 0,
    bad: false,
    badSince: 0,
    firing: false,
    firedAt: 0,
    told: false,
    toldAt: 0,
    held: 0,
    value: null,
    mark: null,
    messageId: null,
    counter: null,
    reader: null
  }
}

/** Notes the message that a firing would be due to. */
export function noteCause(track: Track, { messageId }: Seen, value: string | null): void {
  track.messageId = messageId
  track.value = value
}

/** Parts of the period over which messages are counted. */
const PARTS = 10

/** Counts messages of the last period, exactly to a tenth of it. */
export class RateCounter {
  private readonly counts = new Float64Array(PARTS)
  private part = 0
  private sum = 0

  /** `within`: the period in µs. */
  constructor(
    private readonly within: number,
    /** When counting began, which is when a whole period can be judged from. */
    readonly since: number
  ) {
    this.part = this.partAt(since)
  }

  add(at: number): void {
    this.forget(at)
    this.counts[this.part % PARTS]!++
    this.sum++
  }

  /** Messages within the period up to a time. */
  total(at: number): number {
    this.forget(at)
    return this.sum
  }

  /** Whether a whole period has passed. */
  isFull(at: number): boolean {
    return at - this.since >= this.within
  }

  /** When the total may become smaller next. */
  get next(): number {
    return (this.part + 1) * this.width
  }

  private get width(): number {
    return this.within / PARTS
  }

  private partAt(at: number): number {
    return Math.floor(at / this.width)
  }

  private forget(at: number): void {
    const now = this.partAt(at)
    const passed = Math.min(now - this.part, PARTS)
    for (let step = 1; step <= passed; step++) {
      const old = (this.part + step) % PARTS
      this.sum -= this.counts[old]!
      this.counts[old] = 0
    }
    if (passed <= 0) return
    this.part = now
  }
}
