import type { CallsOf } from '../../shared/contract'
import type { Scope } from '../../shared/contract/messages'
import { AppError } from '../../shared/errors'
import { historyFault } from '../history/open'
import type { Recorder } from '../recorder/recorder'
import type { StoreSwitch } from '../recorder/store-switch'
import type { TopicTree } from '../topics/tree'
import type { Views } from '../topics/views'

/** Clears a connection's history. */
export function clearingCalls(
  recording: StoreSwitch,
  recorder: Recorder,
  tree: TopicTree,
  views: Views,
  cleared: (scope: Scope) => void
): Pick<CallsOf<'connection'>, 'messages.clear'> {
  return {
    async 'messages.clear'({ scope }) {
      await recording.whenLoaded()
      recorder.flush()
      const { writer, fault } = recording
      if (!writer) throw new AppError('HISTORY_UNAVAILABLE', { reason: fault?.reason ?? '' })
      // Topics leave every view before their rows are deleted, which takes a while for a million of them.
      tree.remove(scope)
      views.tellNow()
      try {
        const messages = await writer.clear(scope)
        cleared(scope)
        return { messages }
      } catch (error) {
        recorder.fail(error)
        throw historyFault(error)
      }
    }
  }
}
