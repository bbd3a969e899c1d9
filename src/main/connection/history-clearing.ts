import type { CallsOf } from '../../shared/contract'
import type { Scope } from '../../shared/contract/messages'
import { AppError } from '../../shared/errors'
import { historyFault } from '../history/open'
import type { Jobs, RunningJob } from '../jobs/jobs'
import type { Recorder } from '../recorder/recorder'
import type { StoreSwitch } from '../recorder/store-switch'
import type { TopicTree } from '../topics/tree'
import type { Views } from '../topics/view-frames'

interface Parts {
  jobs: Jobs
  recording: StoreSwitch
  recorder: Recorder
  tree: TopicTree
  views: Views
  /** Called when messages of a scope have been deleted. */
  cleared: (scope: Scope) => void
}

/** The call that clears a connection's history. */
export function clearingCalls({
  jobs,
  recording,
  recorder,
  tree,
  views,
  cleared
}: Parts): Pick<CallsOf<'connection'>, 'messages.clear'> {
  const clear = async (scope: Scope, report: RunningJob['report']): Promise<void> => {
    await recording.whenLoaded()
    recorder.flush()
    const unavailable = (): AppError =>
      new AppError('HISTORY_UNAVAILABLE', { reason: recording.fault?.reason ?? '' })
    const { writer } = recording
    if (!writer) throw unavailable()
    const total = Math.max(1, messagesIn(tree, scope))
    // Remove topics from all views first, because deleting a million rows takes a while.
    tree.remove(scope)
    views.tellNow()
    try {
      const messages = await writer.clear(
        scope,
        (deleted) => report({ messages: deleted, progress: Math.min(1, deleted / total) }),
        () => recorder.flush()
      )
      report({ messages })
    } catch (error) {
      recorder.fail(error)
      throw historyFault(error)
    }
    // Recording failed meanwhile: clearing continues when the history can be written again.
    if (recording.fault && recording.writer !== writer) throw unavailable()
    cleared(scope)
  }
  return {
    'messages.clear': ({ scope }) =>
      jobs.start('clearHistory', ({ report }) => clear(scope, report).then(() => null), {
        cancellable: false
      })
  }
}

function messagesIn(tree: TopicTree, { topic, subtree }: Scope): number {
  const node = topic === null ? tree.root : tree.find(topic)
  return (subtree || topic === null ? node?.messages : node?.entry?.messages) ?? 0
}
