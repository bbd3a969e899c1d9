import { MOST_WATCHED, type WatchRule, type WatchState } from '../../../shared/contract/watch'
import { compileFilter } from '../../../shared/topic'
import { RuleWatch, type Budget } from './rule-watch'
import type { Firing, Readers, Seen } from './seen'
import type { Track } from './track'

/** A rule that watches a topic. */
interface Watcher {
  watch: RuleWatch
  track: Track
}

/**
 * The rules of one connection as a state machine: messages and time go in, firings come out. Which rules watch a topic is found once for each
 * topic, so a message of a topic that no rule watches costs a look at an array.
 */
export class WatchEngine {
  private readonly budget: Budget
  private watches: { watch: RuleWatch; matches: (topic: string) => boolean }[] = []
  /** By the number of the topic; null: none. */
  private watchers: (readonly Watcher[] | null | undefined)[] = []
  private online: number | null = null

  constructor(
    private readers: Readers,
    private readonly act: (firing: Firing) => void,
    most = MOST_WATCHED
  ) {
    this.budget = { left: most }
  }

  /** Whether no rule is on. */
  get isIdle(): boolean {
    return this.watches.length === 0
  }

  /** When `advance` has something to do, in µs; Infinity: never. */
  get due(): number {
    return this.watches.reduce((due, { watch }) => Math.min(due, watch.due), Infinity)
  }

  /** Replaces the rules. One whose filter and condition are the same goes on as before. */
  setRules(rules: readonly WatchRule[]): void {
    const before = new Map(this.watches.map(({ watch }) => [watch.rule.id, watch]))
    const next: WatchEngine['watches'] = []
    for (const rule of rules) {
      if (!rule.on) continue
      const known = before.get(rule.id)
      const goesOn = known !== undefined && watchesTheSame(known.rule, rule)
      if (goesOn) {
        known.use(rule)
        before.delete(rule.id)
      }
      next.push({ watch: goesOn ? known : this.create(rule), matches: matcherOf(rule.filter) })
    }
    for (const watch of before.values()) watch.end()
    this.watches = next
    this.watchers = []
  }

  useReaders(readers: Readers): void {
    this.readers = readers
    for (const { watch } of this.watches) watch.useReaders(readers)
  }

  /** The connection is online since a time (µs), or not (null). */
  setOnline(since: number | null): void {
    this.online = since
    for (const { watch } of this.watches) watch.setOnline(since)
  }

  /** A topic that had messages before: it is watched from a time (µs) on. */
  know(topic: string, topicId: number, at: number): void {
    this.watchersOf(topic, topicId, at)
  }

  /** A topic on which a rule had fired before, according to the log. */
  restore(ruleId: string, { topic, at, value }: { topic: string; at: number; value: string | null }): void {
    this.watches.find(({ watch }) => watch.rule.id === ruleId)?.watch.restore(topic, at, value)
  }

  /** Whether a rule watches a topic; if none does, its messages need not be taken. `at` is the time in µs. */
  isWatched(topic: string, topicId: number, at: number): boolean {
    return this.watchersOf(topic, topicId, at) !== null
  }

  take(seen: Seen): void {
    const watchers = this.watchersOf(seen.topic, seen.topicId, seen.at)
    if (watchers !== null) for (const { watch, track } of watchers) watch.take(track, seen)
  }

  /** Does what is due at a time (µs). */
  advance(now: number): void {
    for (const { watch } of this.watches) watch.advance(now)
  }

  /** Numbers of topics have other meanings from now on. */
  reset(): void {
    this.watchers = []
  }

  states(): WatchState[] {
    return this.watches.map(({ watch }) => watch.state())
  }

  private create(rule: WatchRule): RuleWatch {
    const watch = new RuleWatch(rule, this.budget, this.readers, this.act)
    watch.setOnline(this.online)
    return watch
  }

  private watchersOf(topic: string, topicId: number, at: number): readonly Watcher[] | null {
    const known = this.watchers[topicId]
    if (known !== undefined) return known
    const found: Watcher[] = []
    for (const { watch, matches } of this.watches) {
      const track = matches(topic) ? watch.trackOf(topic, at) : null
      if (track) found.push({ watch, track })
    }
    const watchers = found.length > 0 ? found : null
    this.watchers[topicId] = watchers
    return watchers
  }
}

/** Most topics are ruled out by their beginning. */
function matcherOf(filter: string): (topic: string) => boolean {
  const start = /^[^+#]*/.exec(filter)![0]
  const beginning = start.length < filter.length && start.endsWith('/') ? start.slice(0, -1) : start
  const matches = compileFilter(filter)
  return (topic) => topic.startsWith(beginning) && matches(topic)
}

function watchesTheSame(a: WatchRule, b: WatchRule): boolean {
  return a.filter === b.filter && JSON.stringify(a.condition) === JSON.stringify(b.condition)
}
