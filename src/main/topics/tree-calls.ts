import type { CallInput, CallsOf } from '../../shared/contract'
import type { TopicView } from './view'

/** Calls about an open view. */
export type ViewCalls = Omit<CallsOf<'tree'>, 'topics.watch' | 'topics.suggest'>

/** The calls that a thread with trees answers. The router adds the view's id, the history file and the number of the calling page. */
export interface TreeCalls extends ViewCalls {
  'topics.watch'(input: CallInput<'topics.watch'> & { viewId: string; path: string }): void
  'topics.suggest'(
    input: CallInput<'topics.suggest'> & { path: string; page: number }
  ): Promise<{ topics: string[] }>
}

/** The calls about open views. `get` throws NOT_FOUND. */
export function viewCalls(views: { get(viewId: string): TopicView; close(viewId: string): void }): ViewCalls {
  return {
    'topics.update'({ viewId, options, expand = [], collapse = [], openTo = null, openBelow = null }) {
      const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
      views.get(viewId).update(given, { expand, collapse, openTo, openBelow })
    },
    'topics.unwatch': ({ viewId }) => views.close(viewId),
    'topics.reveal'({ viewId, path }) {
      const index = views.get(viewId).reveal(path)
      return index === null ? null : { index }
    },
    'topics.find': ({ viewId, text, from }) => views.get(viewId).find(text, from),
    'topics.at': ({ viewId, index }) => views.get(viewId).rowAt(index)
  }
}
