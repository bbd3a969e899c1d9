import { MOST_IN_A_MINUTE, type WatchedCheck, type WatchEntry } from '../../../shared/contract/watch'
import type { Api } from '../../../shared/rpc/contract'
import { m } from '../../paraglide/messages'
import { count } from '../../state/format'
import { showOutside } from '../../state/outside-notice'
import type { Notify } from '../../state/sentences'
import { wordsText } from '../../state/words'
import { ranWord, reasonOf, valueWord } from './watch-words'

interface Around {
  notify: Notify
  /** Shows a message of a connection. */
  goTo(connectionId: string, topic: string, messageId: number | null): void
  /** Shows the rules of a connection. */
  showRules(connectionId: string): void
  /** Shows a check and what came of it. */
  showCheck(check: WatchedCheck): void
  /** Whether the page shows notices of the system itself: in a browser, nobody else does. */
  isBrowser(): boolean
}

/** Tells the user what rules did; returns what ends it. Several firings of one rule at once are one notice. */
export function followWatch(api: Api, around: Around): () => void {
  /** Rules whose last publication was refused, or whose check did not run: one notice is enough. */
  const refused = new Set<string>()
  return api.on('watch.told', ({ connectionId, entries }) => {
    const groups = Map.groupBy(entries, ({ ruleId, kind }) => `${kind} ${ruleId}`)
    for (const group of groups.values()) {
      const [first] = group
      if (!first) continue
      if (first.kind === 'published') refused.delete(first.ruleId)
      if (first.kind === 'passed' || first.kind === 'failed') refused.delete(`check ${first.ruleId}`)
      if (first.kind === 'refused' || first.kind === 'notRun') {
        const key = first.kind === 'refused' ? first.ruleId : `check ${first.ruleId}`
        if (refused.has(key)) continue
        refused.add(key)
      }
      tell(connectionId, group, first, around)
    }
  })
}

function tell(connectionId: string, group: WatchEntry[], first: WatchEntry, around: Around): void {
  const { rule, topic, messageId } = first
  const rules = { label: m.watch_title(), run: () => around.showRules(connectionId) }
  switch (first.kind) {
    case 'published':
    case 'passed':
      return
    case 'failed': {
      const { check } = first
      const text = m.watch_notice_failed({
        rule,
        check: ranWord(first),
        sentence: wordsText(first.sentence ?? '')
      })
      around.notify('bad', text, {
        label: m.watch_notice_show(),
        run: () => check && around.showCheck(check)
      })
      if (around.isBrowser()) showOutside(rule, text, first.ruleId)
      return
    }
    case 'notRun':
      return around.notify(
        'bad',
        m.watch_notice_not_run({ rule, check: ranWord(first), reason: reasonOf(first) }),
        rules
      )
    case 'refused':
      return around.notify(
        'bad',
        m.watch_notice_refused({ rule, topic: first.to ?? '', reason: reasonOf(first) }),
        rules
      )
    case 'capped':
      return around.notify('bad', m.watch_notice_capped({ rule, most: count(MOST_IN_A_MINUTE) }), rules)
    case 'fired':
    case 'back': {
      const told = group.filter(({ notified }) => notified)
      if (told.length === 0) return
      const text = withMore(
        first.kind === 'fired'
          ? m.watch_notice_fired({ rule, topic, value: valueWord(first.value) })
          : m.watch_notice_back({ rule, topic }),
        told.length - 1
      )
      around.notify(first.kind === 'fired' ? 'bad' : 'good', text, {
        label: m.watch_notice_show(),
        run: () => around.goTo(connectionId, topic, messageId)
      })
      if (around.isBrowser()) showOutside(rule, text, first.ruleId)
    }
  }
}

function withMore(text: string, more: number): string {
  return more === 0 ? text : m.watch_notice_more({ text, count: count(more) })
}
