import { TICK_MS } from './rate'

/** How far back it remembers, in ticks (rate.ts): a minute. */
const TICKS = 60_000 / TICK_MS
/** Messages that it remembers at first, and at most: 34 MB. */
const LEAST = 4_096
const MAX_MESSAGES = 4_194_304

/** What came on a topic, by the topic's id. */
export interface TopicTraffic {
  id: number
  messages: number
  bytes: number
}

/**
 * Remembers topic and size of each message of the last minute, so that what floods a broker is known at once when somebody asks. A
 * message costs two numbers in a ring, which grows with the traffic; where the ring is too small for a minute, it remembers less.
 */
export class TrafficMeter {
  private ids = new Uint32Array(LEAST)
  private sizes = new Uint32Array(LEAST)
  /** Messages that were counted in all; the ring holds those from `oldest` on. */
  private written = 0
  private oldest = 0
  /** How many had been counted when a tick began, by the tick's remainder. */
  private readonly began = new Float64Array(TICKS + 1)
  private readonly first: number
  private tick: number
  /** Sums by topic id, all zero between two calls. */
  private messages = new Uint32Array(0)
  private bytes = new Float64Array(0)

  /** Begins at a tick. */
  constructor(tick: number) {
    this.first = tick
    this.tick = tick
  }

  /** Counts a message of so many payload bytes. */
  count(id: number, size: number, tick: number): void {
    if (tick > this.tick) this.moveTo(tick)
    if (this.written - this.oldest === this.ids.length) this.makeRoom()
    const place = this.written++ % this.ids.length
    this.ids[place] = id
    this.sizes[place] = size
  }

  /** What came within the last `seconds` before a tick, and how many seconds of that are remembered. */
  recent(seconds: number, tick: number): { seconds: number; topics: TopicTraffic[] } {
    if (tick > this.tick) this.moveTo(tick)
    const wanted = Math.max(this.first, this.tick - (seconds * 1_000) / TICK_MS)
    let from = wanted
    while (from < this.tick && this.began[from % this.began.length]! < this.oldest) from++
    const start = Math.max(this.oldest, this.began[from % this.began.length]!)
    // The tick that has just begun does not count: a rate would be too high by it.
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
