import type { ExportFormat, ExportProgress } from '../../../shared/contract/transfer'
import { m } from '../../paraglide/messages'
import { count } from '../../state/format'
import type { TransferState } from './transfer.svelte'

/**
 * Brings every finished export to the person, whatever is in view: in a browser the download starts, and what the dialog does not show
 * is told by `notify`. Until the returned function is called.
 */
export function followExports(
  transfer: TransferState,
  notify: (tone: 'good' | 'bad', text: string) => void
): () => void {
  return transfer.onEnd((job) => {
    const { jobId, state, url } = job
    if (state === 'done' && url !== null) download(url)
    if (transfer.inSight(jobId)) return
    if (state === 'done') notify('good', endWords(job.format, job).done)
    else if (state === 'failed') notify('bad', endWords(job.format, job).failed)
  })
}

/** What is said of an export while it runs, and of each of its ends. */
export function endWords(
  format: ExportFormat,
  job: ExportProgress | null
): Record<'running' | 'done' | 'cancelled' | 'failed', string> {
  const written = { count: count(job?.written ?? 0) }
  const failure = { reason: job?.reason ?? '' }
  if (format === 'treetop')
    return {
      running: m.export_saving(),
      done: m.export_saved(written),
      cancelled: m.export_save_cancelled(),
      failed: m.export_save_failed(failure)
    }
  return {
    running: m.export_running(),
    done: m.export_done(written),
    cancelled: m.export_cancelled(),
    failed: m.export_failed(failure)
  }
}

/** Has the browser download a finished export. */
export function download(url: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = ''
  link.click()
}
