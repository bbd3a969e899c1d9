import { basename } from 'node:path'
import { Notification } from 'electron'
import { failureText } from '../../shared/contract/jobs'
import type { App } from '../compose'
import type { MainWindow } from './window'
import { words } from './words'

/** An export that took at least this long (ms) tells of its end when nobody looks. */
const LONG = 5_000

/** Shows exports where the person is when it is not in the window: progress on the window's icon, and a notice at the end of a long one. */
export function followExports(treetop: Pick<App, 'jobs'>, window: MainWindow): void {
  const running = new Map<string, { since: number; progress: number }>()
  treetop.jobs.on('changed', ({ id, kind, state, progress, result, error }) => {
    if ((kind !== 'export' && kind !== 'saveRecording') || state === 'choosing') return
    const since = running.get(id)?.since ?? Date.now()
    if (state === 'running') running.set(id, { since, progress })
    else running.delete(id)
    const shares = [...running.values()].map((job) => job.progress)
    // Below 0 there is no bar.
    window.current?.setProgressBar(shares.length === 0 ? -1 : shares.reduce((a, b) => a + b) / shares.length)
    if (state === 'running' || state === 'cancelled' || Date.now() - since < LONG) return
    if (window.current?.isFocused() || !Notification.isSupported()) return
    const { exportDone, exportDoneText, exportFailed } = words()
    const path = result?.kind === 'file' ? result.path : null
    const notice = new Notification(
      state === 'done'
        ? { title: exportDone, body: exportDoneText(basename(path ?? '')) }
        : { title: exportFailed, body: error ? failureText(error) : '' }
    )
    notice.on('click', () => window.show())
    notice.show()
  })
}
