import type { CallsOf, EventName, EventPayload } from '../../shared/contract'
import type { HistoryRef } from '../../shared/contract/histories'
import type { ProfileFiles } from './profile-files'
import type { ProfileStore } from './profiles'
import type { ProxyStore } from './proxy-store'
import type { SettingsStore } from './settings'

interface Parts {
  profiles: ProfileStore
  proxy: ProxyStore
  settings: SettingsStore
  files: ProfileFiles
  /** Throws NOT_FOUND unless there is such a profile or open recording. */
  check: (history: HistoryRef) => void
  /** What probes found out about each profile's broker. */
  sheets: { removeAll(profileId: string): Promise<void> }
  closeConnection: (profileId: string) => Promise<void>
  removeHistory: (profileId: string) => Promise<void>
  emit: <N extends EventName>(name: N, payload: EventPayload<N>) => void
}

/** The calls that read and change the data directory's JSON files: profiles, settings, and each profile's marks, boards and charts. */
export function profileCalls({
  profiles,
  proxy,
  settings,
  files,
  check,
  sheets,
  closeConnection,
  removeHistory,
  emit
}: Parts): CallsOf<'main', 'profiles' | 'proxy' | 'settings' | 'marks' | 'boards' | 'topicCharts'> {
  const { marks, boards, topicCharts } = files
  return {
    'profiles.list': () => profiles.list(),
    'profiles.save': (input) => profiles.save(input),
    async 'profiles.remove'({ id, history }) {
      await closeConnection(id)
      await profiles.remove(id)
      await files.remove(id)
      await sheets.removeAll(id)
      if (history) await removeHistory(id)
    },
    'profiles.keepSubscription': ({ id, subscription }) => profiles.keepSubscription(id, subscription),
    'profiles.duplicate': ({ id, name }) => profiles.duplicate(id, name),
    'proxy.get': () => proxy.shown(),
    async 'proxy.set'(input) {
      const shown = await proxy.set(input.proxy, input.password)
      profiles.proxyChanged()
      emit('proxy.changed', shown)
      return shown
    },
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
    },
    'topicCharts.get': ({ history }) => topicCharts.get(history.id),
    async 'topicCharts.set'(input) {
      check(input.history)
      await topicCharts.set(input.history.id, input.charts)
      emit('topicCharts.changed', input)
    }
  }
}
