import type { CallsOf, EventName, EventPayload } from '../../shared/contract'
import type { HistoryRef } from '../../shared/contract/histories'
import type { BoardStore } from './boards'
import type { MarkStore } from './marks'
import type { ProfileStore } from './profiles'
import type { SettingsStore } from './settings'

interface Parts {
  profiles: ProfileStore
  settings: SettingsStore
  marks: MarkStore
  boards: BoardStore
  /** Throws NOT_FOUND unless there is such a profile or open recording. */
  check: (history: HistoryRef) => void
  /** What probes found out about each profile's broker. */
  sheets: { removeAll(profileId: string): Promise<void> }
  closeConnection: (profileId: string) => Promise<void>
  removeHistory: (profileId: string) => Promise<void>
  emit: <N extends EventName>(name: N, payload: EventPayload<N>) => void
}

/** The calls that read and change the data directory's JSON files: profiles, settings, and each profile's marks and boards. */
export function profileCalls({
  profiles,
  settings,
  marks,
  boards,
  check,
  sheets,
  closeConnection,
  removeHistory,
  emit
}: Parts): CallsOf<'main', 'profiles' | 'settings' | 'marks' | 'boards'> {
  return {
    'profiles.list': () => profiles.list(),
    'profiles.save': (input) => profiles.save(input),
    async 'profiles.remove'({ id, history }) {
      await closeConnection(id)
      await profiles.remove(id)
      await marks.remove(id)
      await boards.remove(id)
      await sheets.removeAll(id)
      if (history) await removeHistory(id)
    },
    'profiles.duplicate': ({ id, name }) => profiles.duplicate(id, name),
    'settings.get': () => settings.get(),
    'settings.set': (patch) => settings.set(patch),
    'marks.get': ({ history }) => marks.get(history.id),
    async 'marks.set'(input) {
      check(input.history)
      await marks.set(input.history.id, input.marks)
      emit('marks.changed', input)
    },
    'boards.get': ({ history }) => boards.get(history.id),
    async 'boards.set'(input) {
      check(input.history)
      await boards.set(input.history.id, input.board)
      emit('boards.changed', input)
    }
  }
}
