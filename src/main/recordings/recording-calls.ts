import type { CallsOf } from '../../shared/contract'
import type { Jobs } from '../jobs/jobs'
import type { Recordings } from './recordings'

interface Parts {
  recordings: Recordings
  jobs: Jobs
  /** Other data kept for each open recording. */
  keptBeside: { remove(id: string): Promise<void> }
  /** Asks which file to open; null when the user cancels. */
  chooseFile: () => Promise<string | null>
}

/** Opens and closes recordings. */
export function recordingCalls({
  recordings,
  jobs,
  keptBeside,
  chooseFile
}: Parts): CallsOf<'main', 'recordings'> {
  return {
    'recordings.list': () => recordings.list(),
    'recordings.open': () =>
      jobs.start(
        'openRecording',
        async ({ choice, report }) => {
          const path = await choice(chooseFile())
          report({ state: 'running' })
          const { id } = await recordings.open(path)
          return { kind: 'recording', id }
        },
        { choosing: true }
      ),
    async 'recordings.close'({ id }) {
      if (!recordings.isOpen(id)) return
      await recordings.close(id)
      await keptBeside.remove(id)
    }
  }
}
