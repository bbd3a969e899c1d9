import { basename } from 'node:path'
import { Notification } from 'electron'
import type { App } from '../compose'
import type { MainWindow } from './window'
import { words } from './words'

/** An export that took at least this long (ms) tells of its end when nobody looks. */
const LONG = 5_000

/** Shows exports where the person is when it is not in the window: progress on the window's icon, and a notice at the end of a long one. */
export function followExports(treetop: Pick<App, 'transfer'>, window: MainWindow): void {
  const running = new Map<string, { since: number; progress: number }>()
  treetop.transfer.onProgress(({ jobId, state, progress, path, reason }) => {
    const since = running.get(jobId)?.since ?? Date.now()
    if (state === 'running') running.set(jobId, { since, progress })
    else running.delete(jobId)
    const shares = [...running.values()].map((job) => job.progress)
    // Below 0 there is no bar.
    window.current?.setProgressBar(shares.length === 0 ? -1 : shares.reduce((a, b) => a + b) / shares.length)
    if (state === 'running' || state === 'cancelled' || Date.now() - since < LONG) return
    if (window.current?.isFocused() || !Notification.isSupported()) return
    const { exportDone, exportDoneText, exportFailed } = words()
    const notice = new Notification(
      state === 'done'
        ? { title: exportDone, body: exportDoneText(basename(path ?? '')) }
        : { title: exportFailed, body: reason ?? '' }
    )
    notice.on('click', () => window.show())
    notice.show()
  })
}
