import type { WatchEntry } from '../../shared/contract/watch'
import { sentenceText } from '../../shared/sentence-text'
import type { App } from '../compose'
import { notifyOutside } from './notification'
import type { MainWindow } from './window'
import { words } from './words'

/** Shows a notification of the system for what watch rules did and for checks that failed, while the window is not focused. Firings of one rule at once share one. */
export function followWatch(treetop: Pick<App, 'watch'>, window: MainWindow): void {
  treetop.watch.on('told', (_connectionId, entries) => {
    const told = entries.filter(
      ({ kind, notified }) => kind === 'failed' || (notified && (kind === 'fired' || kind === 'back'))
    )
    for (const group of Map.groupBy(told, ({ ruleId, kind }) => `${kind} ${ruleId}`).values()) {
      const [first] = group
      if (!first) continue
      const { watchMore } = words()
      const text = textOf(first)
      const more = group.length - 1
      notifyOutside(window, { title: first.rule, body: more === 0 ? text : watchMore(text, more) })
    }
  })
}

function textOf({ kind, topic, value, check, sentence }: WatchEntry): string {
  const { watchFired, watchBack, watchCheckFailed, messages } = words()
  if (kind === 'failed')
    return watchCheckFailed(check?.only ?? check?.path ?? '', sentenceText(messages, sentence ?? ''))
  return kind === 'fired' ? watchFired(topic, value) : watchBack(topic)
}
