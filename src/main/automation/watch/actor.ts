import {
  MOST_IN_A_MINUTE,
  type CheckEnd,
  type WatchActions,
  type WatchEntry,
  type WatchedCheck,
  type WatchRule
} from '../../../shared/contract/watch'
import { AppError, encodeError } from '../../../shared/errors'
import type { Qos } from '../../../shared/message'
import { topicFault } from '../../../shared/topic'
import { isoTime } from '../../../shared/time-text'
import type { Echoes } from './echoes'
import type { Firing } from './seen'
import type { NewEntry, WatchLog } from './watch-log'

const MINUTE = 60e6

interface Around {
  log: WatchLog
  echoes: Echoes
  /** Throws as a connection's `publish` does, also later. */
  publish(topic: string, payload: Buffer, qos: Qos, retain: boolean): Promise<{ reasonCode: number | null }>
  /** Never rejects. */
  runCheck(check: WatchedCheck): Promise<CheckEnd>
  tell(entry: WatchEntry): void
}

/** The firings of one rule in a minute, and those that were too many since the last one that was carried out. */
interface Minute {
  since: number
  count: number
  held: number
}

/** Carries out what rules ask for, within MOST_IN_A_MINUTE, and logs it. */
export class Actor {
  private readonly minutes = new Map<string, Minute>()

  constructor(private readonly around: Around) {}

  act(rule: WatchRule, firing: Firing): void {
    const minute = this.minuteOf(rule.id, firing.at)
    const doesAct = firing.kind === 'fired' || rule.tellBack
    if (doesAct && minute.count >= MOST_IN_A_MINUTE) {
      // The first one of them says so.
      if (minute.held === 0) this.log(rule, firing, { kind: 'capped' })
      minute.held += firing.held + 1
      return
    }
    const { notify, mark, publish, check } = rule.actions
    const held = firing.held + (doesAct ? minute.held : 0)
    this.log(rule, firing, { held, marked: doesAct && mark, notified: doesAct && notify })
    if (!doesAct) return
    minute.count++
    minute.held = 0
    if (publish) void this.publish(rule, firing, publish)
    if (check) void this.check(rule, firing, check)
  }

  private async check(rule: WatchRule, firing: Firing, check: WatchedCheck): Promise<void> {
    const { kind, ...more } = await this.around.runCheck(check)
    this.log(rule, firing, { kind, check, at: Date.now() * 1_000, ...more })
  }

  private async publish(
    rule: WatchRule,
    firing: Firing,
    { topic, payload, qos, retain }: NonNullable<WatchActions['publish']>
  ): Promise<void> {
    const to = filled(topic, rule, firing)
    const bytes = Buffer.from(filled(payload, rule, firing))
    try {
      const fault = topicFault(to)
      if (fault) throw new AppError('INVALID_INPUT', { issues: [{ path: 'topic', fault: `TOPIC_${fault}` }] })
      this.around.echoes.expect(to, bytes, firing.at)
      await this.around.publish(to, bytes, qos, retain)
      this.log(rule, firing, { kind: 'published', to })
    } catch (error) {
      const { code, details } = encodeError(error)
      this.log(rule, firing, { kind: 'refused', to, error: { code, details: { ...details } } })
    }
  }

  private log(rule: WatchRule, firing: Firing, changes: Partial<NewEntry>): void {
    const { ruleId, kind, topic, at, value, messageId } = firing
    const entry = this.around.log.add({
      ...{ at, ruleId, rule: rule.name, kind, topic, value, messageId, held: 0 },
      ...{ marked: false, notified: false, to: null, error: null, check: null, sentence: null },
      ...changes
    })
    this.around.tell(entry)
  }

  private minuteOf(ruleId: string, at: number): Minute {
    const known = this.minutes.get(ruleId)
    if (known && at - known.since < MINUTE) return known
    const fresh = { since: at, count: 0, held: known?.held ?? 0 }
    this.minutes.set(ruleId, fresh)
    return fresh
  }
}

/** Replaces what stands in double braces; unknown names stay. */
function filled(text: string, rule: WatchRule, { topic, value, kind, at }: Firing): string {
  const words: Record<string, string> = {
    topic,
    value: value ?? '',
    rule: rule.name,
    state: kind,
    time: isoTime(at)
  }
  return text.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) =>
    Object.hasOwn(words, name) ? words[name]! : whole
  )
}
