import { hash } from 'node:crypto'
import type { WatchCondition, WatchRule, WatchState } from '../../../shared/contract/watch'
import { isBeyond } from './beyond'
import type { Firing, Readers, Seen } from './seen'
import { newTrack, noteCause, RateCounter, type Track } from './track'

const SECOND = 1e6
/** Topics listed in a rule's state. */
const LISTED = 100
/** The longest value that is kept for display. */
const SHOWN = 200

/** The topics that rules may still watch. */
export interface Budget {
  left: number
}

/** One rule that is on: a state for each topic of its filter, or one for all of them. It has no clock and no I/O. */
export class RuleWatch {
  /** When `advance` has something to do, in µs; Infinity: never. */
  due = Infinity
  private readonly tracks = new Map<string, Track>()
  private unwatched = 0
  private firing = 0
  /** Since when the connection is online; null: it is not, and nobody can tell whether a topic is silent. */
  private online: number | null = null

  constructor(
    private settled: WatchRule,
    private readonly budget: Budget,
    private readers: Readers,
    private readonly act: (firing: Firing) => void
  ) {}

  get rule(): WatchRule {
    return this.settled
  }

  /** Goes on with a rule that watches the same. All topics are about to be asked for again. */
  use(rule: WatchRule): void {
    this.settled = rule
    this.unwatched = 0
  }

  /** The state of a topic, which is watched since a time (µs) at the latest; null: there are too many topics. */
  trackOf(topic: string, at: number): Track | null {
    const { condition } = this.rule
    const key = condition.kind === 'rate' && condition.of === 'all' ? this.rule.filter : topic
    const known = this.tracks.get(key)
    if (known) return known
    if (this.budget.left === 0) {
      this.unwatched++
      return null
    }
    this.budget.left--
    const track = newTrack(key, at)
    this.tracks.set(key, track)
    this.plan(track)
    return track
  }

  /** A topic that has fired before, according to the log. */
  restore(topic: string, at: number, value: string | null): void {
    const track = this.trackOf(topic, at)
    if (!track) return
    Object.assign(track, { bad: true, badSince: at, firedAt: at, told: true, toldAt: at, value })
    this.setFiring(track, true)
  }

  useReaders(readers: Readers): void {
    this.readers = readers
    for (const track of this.tracks.values()) track.reader = null
  }

  setOnline(since: number | null): void {
    this.online = since
    for (const track of this.tracks.values()) {
      track.counter = null
      this.plan(track)
    }
  }

  take(track: Track, seen: Seen): void {
    const { condition } = this.rule
    switch (condition.kind) {
      case 'beyond': {
        const value = this.readerOf(track, condition).value(seen)
        if (value === null) break
        noteCause(track, seen, shown(value.text))
        this.judge(track, isBeyond(condition, value, track.bad), seen.at, condition.for * SECOND)
        break
      }
      case 'malformed': {
        const fault = this.readerOf(track, condition).fault(seen)
        noteCause(track, seen, fault)
        this.judge(track, fault !== null, seen.at, 0)
        break
      }
      case 'changed':
        this.compare(track, seen, condition)
        break
      case 'silent':
        if (seen.isStored) break
        noteCause(track, seen, null)
        this.judge(track, false, seen.at, 0)
        break
      case 'back':
        if (seen.isStored) break
        noteCause(track, seen, null)
        if (this.quietSince(track) + condition.after * SECOND <= seen.at) this.moment(track, seen.at)
        break
      case 'rate':
        if (seen.isStored) break
        track.messageId = seen.messageId
        this.counterOf(track, condition).add(seen.at)
        this.judgeRate(track, condition, seen.at)
        break
    }
    if (!seen.isStored) track.last = seen.at
    this.plan(track)
  }

  /** Does what is due at a time (µs). */
  advance(now: number): void {
    if (now < this.due) return
    this.due = Infinity
    for (const track of this.tracks.values()) {
      this.advanceTrack(track, now)
      this.plan(track)
    }
  }

  state(): WatchState {
    const listed: WatchState['listed'] = []
    if (this.firing > 0)
      for (const { topic, firing, firedAt, value } of this.tracks.values()) {
        if (!firing) continue
        listed.push({ topic, since: firedAt, value })
        if (listed.length === LISTED) break
      }
    const { id: ruleId } = this.rule
    return { ruleId, topics: this.tracks.size, unwatched: this.unwatched, firing: this.firing, listed }
  }

  /** Gives its topics back to the budget. */
  end(): void {
    this.budget.left += this.tracks.size
  }

  private advanceTrack(track: Track, now: number): void {
    const { condition } = this.rule
    if (condition.kind === 'silent' && this.online !== null && !track.firing) {
      if (this.quietSince(track) + condition.after * SECOND <= now) {
        track.value = null
        track.messageId = null
        this.judge(track, true, now, 0)
      }
    }
    if (condition.kind === 'rate' && this.online !== null) this.judgeRate(track, condition, now)
    if (condition.kind === 'beyond' && track.bad && !track.firing)
      this.judge(track, true, now, condition.for * SECOND)
    if (track.firing && !track.told) this.tellOrHold(track, now)
  }

  /** Since when a topic has been silent. */
  private quietSince(track: Track): number {
    return Math.max(track.last, track.since, this.online ?? Infinity)
  }

  private judgeRate(track: Track, condition: WatchCondition & { kind: 'rate' }, now: number): void {
    const counter = this.counterOf(track, condition)
    const total = counter.total(now)
    const isBad =
      condition.comparison === 'above'
        ? total > condition.count
        : counter.isFull(now) && total < condition.count
    if (isBad !== track.bad) track.value = String(total)
    this.judge(track, isBad, now, 0)
  }

  private counterOf(track: Track, { within }: { within: number }): RateCounter {
    return (track.counter ??= new RateCounter(within * SECOND, Math.max(track.since, this.online ?? 0)))
  }

  private compare(track: Track, seen: Seen, { path }: { path: string }): void {
    const value = this.readerOf(track, { path }).value(seen)
    // A value that is not there is no change. The payload itself always is.
    if (value === null && path !== '') return
    const text = value?.text ?? seen.payload.toString()
    const mark = markOf(text)
    const isChanged = track.mark !== null && track.mark !== mark
    track.mark = mark
    noteCause(track, seen, shown(text))
    if (isChanged && !seen.isStored) this.moment(track, seen.at)
  }

  /** The condition holds, or no longer; it must hold for a time (µs). */
  private judge(track: Track, isBad: boolean, at: number, long: number): void {
    if (isBad && !track.bad) track.badSince = at
    track.bad = isBad
    if (!isBad) {
      if (track.firing) this.recover(track, at)
      return
    }
    if (track.firing || at - track.badSince < long) return
    track.firedAt = at
    track.told = false
    this.setFiring(track, true)
    this.tellOrHold(track, at)
  }

  private recover(track: Track, at: number): void {
    this.setFiring(track, false)
    if (!track.told) track.held++
    else this.tell(track, 'back', at, 0)
    track.told = false
  }

  private tellOrHold(track: Track, at: number): void {
    if (!this.mayTell(track, at)) return
    track.told = true
    this.tellFired(track, at)
  }

  /** Something happened that lasts no time. */
  private moment(track: Track, at: number): void {
    if (this.mayTell(track, at)) this.tellFired(track, at)
    else track.held++
  }

  private mayTell(track: Track, at: number): boolean {
    return track.toldAt === 0 || at - track.toldAt >= this.rule.again * SECOND
  }

  private tellFired(track: Track, at: number): void {
    track.toldAt = at
    this.tell(track, 'fired', at, track.held)
    track.held = 0
  }

  private tell({ topic, value, messageId }: Track, kind: Firing['kind'], at: number, held: number): void {
    this.act({ ruleId: this.rule.id, kind, topic, at, value, messageId, held })
  }

  private setFiring(track: Track, firing: boolean): void {
    if (track.firing === firing) return
    track.firing = firing
    this.firing += firing ? 1 : -1
  }

  /** Sees to it that `advance` comes back to a topic in time. */
  private plan(track: Track): void {
    const { condition, again } = this.rule
    if (track.firing && !track.told) this.by(track.toldAt + again * SECOND)
    if (condition.kind === 'beyond' && track.bad && !track.firing)
      this.by(track.badSince + condition.for * SECOND)
    if (this.online === null) return
    if (condition.kind === 'silent' && !track.firing)
      this.by(this.quietSince(track) + condition.after * SECOND)
    // What may be too little can become so without a message. What is too much ends without one.
    if (condition.kind === 'rate' && (condition.comparison === 'below' || track.bad))
      this.by(this.counterOf(track, condition).next)
  }

  private by(at: number): void {
    if (at < this.due) this.due = at
  }

  private readerOf(
    track: Track,
    { path = '', as = 'bound' as 'bound' | 'json' }
  ): NonNullable<Track['reader']> {
    return (track.reader ??= this.readers(track.topic, { path, as }))
  }
}

function shown(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
}

/** Tells texts apart, also long ones. */
function markOf(text: string): string {
  return text.length > 64 ? hash('sha1', text, 'base64') : text
}
