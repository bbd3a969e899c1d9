import { m } from '../paraglide/messages'
import type { Action } from '../state/actions.svelte'
import { connectionActions, readingActions } from '../workspace/workspace-actions'
import type { AppState } from './app.svelte'

const nothing = (): void => undefined

/** The actions of the topics page for all other pages: they go there first. */
export function topicActions(app: AppState): Action[] {
  const reading = readingActions({
    ...{ end: m.palette_live, past: () => false },
    ...{ live: nothing, show: nothing, filter: nothing, search: nothing },
    ...{ exportMessages: nothing, replay: nothing }
  })
  const live = connectionActions({
    ...{ publishing: () => false, past: () => false, subtree: () => null, topic: () => null },
    hasMessage: () => false,
    published: () => app.tab !== null && app.draft(app.tab.id).sent.list.length > 0,
    ...{
      copySubtree: nothing,
      watch: nothing,
      expect: nothing,
      publish: nothing,
      resend: nothing,
      pause: nothing,
      saveRecording: nothing
    }
  })
  const elsewhere = (action: Action, isThere: () => boolean): Action => ({
    ...action,
    when: () => app.page !== 'topics' && isThere() && (action.when?.() ?? true),
    run() {
      app.actions.runThere(action.id)
      app.page = 'topics'
    }
  })
  return [
    ...reading.map((action) => elsewhere(action, () => app.tab !== null)),
    ...live.map((action) => elsewhere(action, () => app.tab?.status != null))
  ]
}
