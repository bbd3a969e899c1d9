import { rm } from 'node:fs/promises'
import type { Handlers } from '../../shared/rpc/contract'
import type { ConnectionService } from '../connection/service'
import type { Archive } from '../archive/service'
import { historyFiles } from '../history/path'
import type { ProfileStore } from '../profiles/profiles'

export function profileHandlers({
  profiles,
  keptBeside,
  connections,
  archive,
  historyPath
}: {
  profiles: ProfileStore
  /** What else is kept for each profile. */
  keptBeside: readonly { remove(profileId: string): Promise<void> }[]
  connections: ConnectionService
  archive: Archive
  historyPath: (profileId: string) => string
}): Pick<Handlers, Extract<keyof Handlers, `profiles.${string}`>> {
  return {
    'profiles.list': () => profiles.list(),
    'profiles.save': (input) => profiles.save(input),
    async 'profiles.remove'({ id, history }) {
      await connections.close(id)
      await profiles.remove(id)
      for (const kept of keptBeside) await kept.remove(id)
      if (!history) return
      const path = historyPath(id)
      await archive.release(path)
      for (const file of historyFiles(path)) await rm(file, { force: true })
    },
    'profiles.duplicate': ({ id, name }) => profiles.duplicate(id, name)
  }
}
