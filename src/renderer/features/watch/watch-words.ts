import {
  MOST_IN_A_MINUTE,
  type WatchDraft,
  type WatchedCheck,
  type WatchEntry,
  type WatchRule
} from '../../../shared/contract/watch'
import { AppError, type ErrorCode, type ErrorDetails } from '../../../shared/errors'
import { m } from '../../paraglide/messages'
import { count, format } from '../../state/format'
import { listed } from '../../state/joined'
import { sentenceFor } from '../../state/sentences'
import { wordsText } from '../../state/words'

/** A number of seconds in the largest unit that expresses it exactly. */
function durationWord(seconds: number): string {
  const units = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60]
  ] as const
  const [unit, length] =
    units.find(([, size]) => seconds > 0 && seconds % size === 0) ?? (['second', 1] as const)
  return format(
    `duration ${unit}`,
    (locale) => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' })
  ).format(seconds / length)
}

/** What a rule does, as a sentence. */
export function sentenceOf(rule: Pick<WatchDraft, 'filter' | 'condition' | 'actions'>): string {
  const when = whenOf(rule)
  const actions = actionsOf(rule.actions)
  return actions === '' ? m.watch_sentence_nothing({ when }) : m.watch_sentence({ when, actions })
}

/** What a rule does, as a sentence below its name, which may be its condition. */
export function belowName(rule: WatchRule): string {
  return rule.name === whenOf(rule) ? m.watch_then({ actions: actionsOf(rule.actions) }) : sentenceOf(rule)
}

/** The actions in a row; empty: there are none. */
function actionsOf({ notify, mark, publish, check }: WatchDraft['actions']): string {
  const actions = [
    ...(notify ? [m.watch_do_notify()] : []),
    ...(mark ? [m.watch_do_mark()] : []),
    ...(publish ? [m.watch_do_publish({ topic: publish.topic || '…' })] : []),
    ...(check ? [m.watch_do_check({ check: checkWord(check) })] : [])
  ]
  const last = actions.pop() ?? ''
  return actions.length === 0 ? last : listed(actions) + m.watch_and() + last
}

/** A check of a file, or its file. */
export function checkWord({ path, only }: WatchedCheck): string {
  return only === null ? path || '…' : `${path} › ${only}`
}

/** The condition of a rule, which is its name unless it has one. */
export function whenOf({ filter: typed, condition }: Pick<WatchDraft, 'filter' | 'condition'>): string {
  const filter = typed || '…'
  switch (condition.kind) {
    case 'beyond': {
      const when = beyondOf(filter, condition)
      return condition.for > 0 ? m.watch_when_for({ when, time: durationWord(condition.for) }) : when
    }
    case 'changed':
      return m.watch_when_changed({ subject: subjectOf(condition.path), filter })
    case 'silent':
      return m.watch_when_silent({ filter, time: timeOf(condition.after) })
    case 'back':
      return m.watch_when_back({ filter, time: timeOf(condition.after) })
    case 'malformed':
      return condition.as === 'json' ? m.watch_when_not_json({ filter }) : m.watch_when_malformed({ filter })
    case 'rate': {
      const { comparison, of } = condition
      const words = { filter, count: numberOf(condition.count), time: timeOf(condition.within) }
      if (of === 'all')
        return comparison === 'above'
          ? m.watch_when_rate_all_above(words)
          : m.watch_when_rate_all_below(words)
      return comparison === 'above' ? m.watch_when_rate_above(words) : m.watch_when_rate_below(words)
    }
  }
}

function beyondOf(filter: string, condition: WatchDraft['condition'] & { kind: 'beyond' }): string {
  const { path, comparison, text } = condition
  const subject = subjectOf(path)
  const limit = numberOf(condition.limit)
  switch (comparison) {
    case 'above':
      return m.watch_when_above({ subject, filter, limit })
    case 'below':
      return m.watch_when_below({ subject, filter, limit })
    case 'outside':
      return m.watch_when_outside({ subject, filter, limit, upper: numberOf(condition.upper) })
    case 'is':
      return m.watch_when_is({ subject, filter, text })
    case 'isNot':
      return m.watch_when_is_not({ subject, filter, text })
  }
}

function subjectOf(path: string): string {
  return path === '' ? m.watch_value_any() : m.watch_value_at({ path })
}

/** Numbers as they are typed; `…` while there is none. */
function numberOf(value: number): string {
  return Number.isNaN(value) ? '…' : String(value)
}

function timeOf(seconds: number): string {
  return Number.isNaN(seconds) ? '…' : durationWord(seconds)
}

/** The periods with which rules are tried, in seconds. */
export function trialPeriods(): { value: number; label: string }[] {
  return [
    { value: 3_600, label: m.watch_try_hour() },
    { value: 86_400, label: m.watch_try_day() },
    { value: 604_800, label: m.watch_try_week() }
  ]
}

/** What a trial found, in a sentence. */
export function verdictOf({ fired }: { fired: number }, seconds: number): string {
  const period = trialPeriods().find(({ value }) => value === seconds)!.label
  return fired === 0 ? m.watch_try_never({ period }) : m.watch_try_fired({ count: count(fired), period })
}

/** Whether a rule's condition is a moment, which lasts no time. */
export function isMoment({ condition: { kind } }: Pick<WatchRule, 'condition'>): boolean {
  return kind === 'changed' || kind === 'back'
}

/** What a log entry says. */
export function entryWord(entry: WatchEntry): string {
  const facts = [kindWord(entry)]
  if (entry.held > 0) facts.push(m.watch_log_held({ count: count(entry.held) }))
  if (entry.notified) facts.push(m.watch_log_notified())
  if (entry.marked) facts.push(m.watch_log_marked())
  return listed(facts)
}

function kindWord(entry: WatchEntry): string {
  const topic = entry.to ?? ''
  switch (entry.kind) {
    case 'fired':
      return m.watch_log_fired()
    case 'back':
      return m.watch_log_back()
    case 'published':
      return m.watch_log_published({ topic })
    case 'refused':
      return m.watch_log_refused({ topic, reason: reasonOf(entry) })
    case 'capped':
      return m.watch_log_capped({ most: count(MOST_IN_A_MINUTE) })
    case 'passed':
      return m.watch_log_passed({ check: ranWord(entry) })
    case 'failed':
      return m.watch_log_failed({ check: ranWord(entry), sentence: wordsText(entry.sentence ?? '') })
    case 'notRun':
      return m.watch_log_not_run({ check: ranWord(entry), reason: reasonOf(entry) })
  }
}

export function ranWord({ check }: WatchEntry): string {
  return check ? checkWord(check) : ''
}

/** Why a rule could not do something. */
export function reasonOf({ error, check }: WatchEntry): string {
  if (!error) return ''
  if (check && error.code === 'NOT_FOUND') return m.watch_check_gone()
  if (check && error.code === 'CHECKS_RUNNING') return m.watch_check_busy()
  return sentenceFor(new AppError(error.code as ErrorCode, error.details as ErrorDetails[ErrorCode]))
}

/** The value that a firing is due to, in words. */
export function valueWord(value: string | null): string {
  return value ?? m.watch_silence()
}
