import { Notification } from 'electron'
import type { App } from '../compose'
import type { MainWindow } from './window'
import { words } from './words'

/** Shows a notification of the system for what watch rules did, while the window is not focused. Firings of one rule at once share one. */
export function followWatch(treetop: Pick<App, 'watch'>, window: MainWindow): void {
  treetop.watch.on('told', (_connectionId, entries) => {
    if (window.current?.isFocused() || !Notification.isSupported()) return
    const told = entries.filter(({ kind, notified }) => notified && (kind === 'fired' || kind === 'back'))
    for (const group of Map.groupBy(told, ({ ruleId, kind }) => `${kind} ${ruleId}`).values()) {
      const [first] = group
      if (!first) continue
      const { watchFired, watchBack, watchMore } = words()
      const text = first.kind === 'fired' ? watchFired(first.topic, first.value) : watchBack(first.topic)
      const more = group.length - 1
      const notice = new Notification({ title: first.rule, body: more === 0 ? text : watchMore(text, more) })
      notice.on('click', () => window.show())
      notice.show()
    }
  })
}
