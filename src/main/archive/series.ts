import type { Series } from '../../shared/contract/series'
import { CHARTED_BYTES, type ChartedValue } from '../decode/charted'
import type { TopicMessage, TopicReader } from '../history/series'
import { drawNumbers, drawStates, heldFrom, indexFrom, type Samples } from './samples'

/** Maximum number of values in one series: 100 MB. */
const MAX_SERIES_VALUES = 5_000_000

/** A period to draw, in µs. */
interface Period {
  from: number
  to: number
  width: number
  open: boolean
  now: number
}

/** Values that are appended, in arrays that grow. */
class Track {
  length = 0
  at = new Float64Array(256)
  number = new Float64Array(256)
  state = new Int32Array(256)

  push(at: number, number: number, state: number): void {
    if (this.length === this.at.length) {
      this.at = grown(this.at, new Float64Array(this.length * 2))
      this.number = grown(this.number, new Float64Array(this.length * 2))
      this.state = grown(this.state, new Int32Array(this.length * 2))
    }
    this.at[this.length] = at
    this.number[this.length] = number
    this.state[this.length++] = state
  }
}

/** The values of one source, each read once: back into the past from where reading began, and forward as messages arrive. */
export class CachedSeries implements Samples {
  private readonly older = new Track()
  private readonly newer = new Track()
  private readonly states: string[] = []
  private readonly stateIndex = new Map<string, number>()
  /** Range of ids read: above `low` and up to `high`. */
  private low: number
  private high: number
  /** Everything since this time (µs) is loaded. */
  private since: number
  private complete = false
  private cut = false
  /** Number of older values that retention has not deleted. */
  private olderLength = 0

  constructor(
    private readonly reader: TopicReader,
    private readonly value: ChartedValue
  ) {
    this.high = reader.ends()?.last.id ?? 0
    this.low = this.high
    this.since = Infinity
  }

  get length(): number {
    return this.olderLength + this.newer.length
  }

  timeAt(index: number): number {
    const older = this.olderLength
    return index < older ? this.older.at[older - 1 - index]! : this.newer.at[index - older]!
  }

  number(index: number): number {
    const older = this.olderLength
    return index < older ? this.older.number[older - 1 - index]! : this.newer.number[index - older]!
  }

  state(index: number): number {
    const older = this.olderLength
    return index < older ? this.older.state[older - 1 - index]! : this.newer.state[index - older]!
  }

  /**
   * Reads new messages, then back to a time (null: the beginning), for the given ms, and further until there is a value that stands at
   * `to`. Returns the share of the period loaded.
   */
  read(from: number | null, to: number, milliseconds: number): number {
    const ends = this.reader.ends()
    if (!ends) return 1
    const deadline = performance.now() + milliseconds
    this.readOn(ends.last.id, deadline)
    this.forgetBefore(ends.first)
    const begin = Math.max(from ?? 0, ends.first.at)
    if (!this.complete && !this.reaches(begin, to)) this.readBack(begin, to, deadline)
    if (this.complete || this.reaches(begin, to)) return 1
    const end = ends.last.at
    return Math.max(0.001, Math.min(0.999, (end - Math.min(end, this.since)) / Math.max(1, end - begin)))
  }

  /**
   * The points to draw between two times in intervals of `width` µs, with the next value on the left, and on the right unless the period
   * is `open`: it ends at a present that knows no later values. `now` is the end of the history.
   */
  draw({ from, to, width, open, now }: Period): Omit<Series, 'share'> {
    const begin = indexFrom(this, from)
    const end = indexFrom(this, to + 1)
    const first = Math.max(0, begin - 1)
    const last = open ? end : Math.min(this.length, end + 1)
    let numbers = 0
    for (let index = first; index < last; index++) if (!Number.isNaN(this.number(index))) numbers++
    const kind = last === first ? 'none' : numbers * 2 >= last - first ? 'number' : 'state'
    const drawn =
      kind === 'state' ? drawStates(this, first, last, width) : drawNumbers(this, first, last, width)
    const stands = kind === 'state' ? this.state(end - 1) >= 0 : !Number.isNaN(this.number(end - 1))
    const newest = open || end === this.length
    return {
      kind,
      points: end - begin,
      before: begin > 0 ? this.timeAt(begin - 1) : null,
      after: end < this.length ? this.timeAt(end) : null,
      held: newest && stands ? heldFrom(this, end - 1, Math.min(to, now), to - from) : null,
      cut: this.cut,
      states: kind === 'state' ? this.states : [],
      ...drawn
    }
  }

  /** Whether all values since a time are loaded, and one that stands at `to`. */
  private reaches(begin: number, to: number): boolean {
    return this.since < begin && this.length > 0 && this.timeAt(0) <= to
  }

  private readOn(to: number, deadline: number): void {
    if (to <= this.high) return
    const reached = this.reader.read(
      this.value.topic,
      'up',
      { above: this.high, below: to + 1 },
      { bytes: CHARTED_BYTES, milliseconds: deadline - performance.now() },
      (message) => {
        this.put(this.newer, message)
        return true
      }
    )
    this.high = reached ?? to
  }

  private readBack(begin: number, to: number, deadline: number): void {
    const reached = this.reader.read(
      this.value.topic,
      'down',
      { above: 0, below: this.low + 1 },
      { bytes: CHARTED_BYTES, milliseconds: Math.max(5, deadline - performance.now()) },
      (message) => {
        // Advance past this message even if it has no value.
        this.since = message.at
        this.low = message.id - 1
        this.put(this.older, message)
        this.olderLength = this.older.length
        this.cut ||= this.length >= MAX_SERIES_VALUES
        return !this.reaches(begin, to) && !this.cut
      }
    )
    if (reached === null || this.cut) this.complete = true
    else this.low = Math.min(this.low, reached - 1)
  }

  /** Drops the values of deleted messages. */
  private forgetBefore({ at }: { at: number }): void {
    while (this.olderLength > 0 && this.older.at[this.olderLength - 1]! < at && this.length > 1)
      this.olderLength--
  }

  private put(track: Track, { id, at, payload }: TopicMessage): void {
    const found = this.value.read(payload, id)
    if (!found) return
    if ('number' in found) track.push(at, Number(found.number), -1)
    else {
      let index = this.stateIndex.get(found.state)
      if (index === undefined) {
        index = this.states.push(found.state) - 1
        this.stateIndex.set(found.state, index)
      }
      track.push(at, NaN, index)
    }
  }
}

function grown<T extends Float64Array | Int32Array>(of: T, larger: T): T {
  larger.set(of)
  return larger
}
