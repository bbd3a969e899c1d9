import type { CallsOf } from '../../shared/contract'
import type { Recordings } from './recordings'

export function recordingCalls({
  recordings,
  keptBeside,
  chooseFile
}: {
  recordings: Recordings
  /** What else is kept for each recording while it is open. */
  keptBeside: readonly { remove(id: string): Promise<void> }[]
  /** Asks which file to open; null when the person cancels. */
  chooseFile: () => Promise<string | null>
}): CallsOf<'main', 'recordings'> {
  return {
    'recordings.list': () => recordings.list(),
    async 'recordings.open'() {
      const path = await chooseFile()
      return path === null ? null : recordings.open(path)
    },
    async 'recordings.close'({ id }) {
      if (!recordings.isOpen(id)) return
      await recordings.close(id)
      for (const kept of keptBeside) await kept.remove(id)
    }
  }
}
