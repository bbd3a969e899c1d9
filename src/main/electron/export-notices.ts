import { basename } from 'node:path'
import { failureText } from '../../shared/contract/jobs'
import type { App } from '../compose'
import { notifyOutside } from './notification'
import type { MainWindow } from './window'
import { words } from './words'

/** An export that took at least this long (ms) is announced when it ends while the window is not focused. */
const LONG = 5_000

/** Shows exports outside the window: progress on the app's icon, and a notification when a long export ends. */
export function followExports(treetop: Pick<App, 'jobs'>, window: MainWindow): void {
  const running = new Map<string, { since: number; progress: number }>()
  treetop.jobs.on('changed', ({ id, kind, state, progress, result, error }) => {
    if ((kind !== 'export' && kind !== 'saveRecording') || state === 'choosing') return
    const since = running.get(id)?.since ?? Date.now()
    if (state === 'running') running.set(id, { since, progress })
    else running.delete(id)
    const shares = [...running.values()].map((job) => job.progress)
    // A negative value removes the progress bar.
    window.current?.setProgressBar(shares.length === 0 ? -1 : shares.reduce((a, b) => a + b) / shares.length)
    if (state === 'running' || state === 'cancelled' || Date.now() - since < LONG) return
    const { exportDone, exportDoneText, exportFailed } = words()
    const path = result?.kind === 'file' ? result.path : null
    notifyOutside(
      window,
      state === 'done'
        ? { title: exportDone, body: exportDoneText(basename(path ?? '')) }
        : { title: exportFailed, body: error ? failureText(error) : '' }
    )
  })
}
