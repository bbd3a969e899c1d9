import { TICK_MS } from './rate'

/** How far back the meter goes, in ticks (rate.ts): a minute. */
const TICKS = 60_000 / TICK_MS
/** Messages that the ring holds initially, and at most (34 MB). */
const LEAST = 4_096
const MAX_MESSAGES = 4_194_304

/** Traffic on a topic, by the topic's id. */
export interface TopicTraffic {
  id: number
  messages: number
  bytes: number
}

/**
 * Keeps the topic and size of each message of the last minute, so that the busiest topics are known immediately. Each message takes two
 * numbers in a ring buffer, which grows with the traffic. If the largest ring is too small for a minute, it covers less time.
 */
export class TrafficMeter {
  private ids = new Uint32Array(LEAST)
  private sizes = new Uint32Array(LEAST)
  /** Total number of messages counted; the ring holds those from `oldest` on. */
  private written = 0
  private oldest = 0
  /** Number of messages counted when a tick began, by tick modulo the array's length. */
  private readonly began = new Float64Array(TICKS + 1)
  private readonly first: number
  private tick: number
  /** Sums by topic id; all zero between calls. */
  private messages = new Uint32Array(0)
  private bytes = new Float64Array(0)

  /** Starts counting at a tick. */
  constructor(tick: number) {
    this.first = tick
    this.tick = tick
  }

  /** Counts a message with this payload size. */
  count(id: number, size: number, tick: number): void {
    if (tick > this.tick) this.moveTo(tick)
    if (this.written - this.oldest === this.ids.length) this.makeRoom()
    const place = this.written++ % this.ids.length
    this.ids[place] = id
    this.sizes[place] = size
  }

  /** Returns the traffic of the last `seconds` before a tick, and how many seconds of it are covered. */
  recent(seconds: number, tick: number): { seconds: number; topics: TopicTraffic[] } {
    if (tick > this.tick) this.moveTo(tick)
    const wanted = Math.max(this.first, this.tick - (seconds * 1_000) / TICK_MS)
    let from = wanted
    while (from < this.tick && this.began[from % this.began.length]! < this.oldest) from++
    const start = Math.max(this.oldest, this.began[from % this.began.length]!)
    // Leave out the tick in progress, which would make rates too high.
    const end = from === this.tick ? this.written : this.began[this.tick % this.began.length]!
    return { seconds: (Math.max(1, this.tick - from) * TICK_MS) / 1_000, topics: this.sum(start, end) }
  }

  private sum(start: number, end: number): TopicTraffic[] {
    const { ids, sizes } = this
    const touched: number[] = []
    for (let at = start; at < end; at++) {
      const id = ids[at % ids.length]!
      if (id >= this.messages.length) this.makeSums(id)
      if (this.messages[id]!++ === 0) touched.push(id)
      this.bytes[id]! += sizes[at % ids.length]!
    }
    return touched.map((id) => {
      const sum = { id, messages: this.messages[id]!, bytes: this.bytes[id]! }
      this.messages[id] = 0
      this.bytes[id] = 0
      return sum
    })
  }

  private moveTo(tick: number): void {
    const passed = Math.min(tick - this.tick, this.began.length)
    for (let each = tick - passed + 1; each <= tick; each++)
      this.began[each % this.began.length] = this.written
    this.tick = tick
    if (tick - this.first >= TICKS)
      this.oldest = Math.max(this.oldest, this.began[(tick - TICKS) % this.began.length]!)
  }

  private makeRoom(): void {
    const { ids, sizes, oldest, written } = this
    if (ids.length === MAX_MESSAGES) {
      this.oldest++
      return
    }
    this.ids = new Uint32Array(ids.length * 2)
    this.sizes = new Uint32Array(ids.length * 2)
    for (let at = oldest; at < written; at++) {
      this.ids[at % this.ids.length] = ids[at % ids.length]!
      this.sizes[at % this.ids.length] = sizes[at % ids.length]!
    }
  }

  private makeSums(id: number): void {
    const length = Math.max(1_024, 2 * (id + 1))
    const messages = new Uint32Array(length)
    const bytes = new Float64Array(length)
    messages.set(this.messages)
    bytes.set(this.bytes)
    this.messages = messages
    this.bytes = bytes
  }
}
