import { failureText, type Job } from '../../../shared/contract/jobs'
import { m } from '../../paraglide/messages'
import { count } from '../../state/format'
import type { TransferState } from './transfer.svelte'
import type { Notify } from '../../state/sentences'

/**
 * Delivers finished exports until the returned function is called, whatever is in view: starts the download in a browser, and reports
 * success or failure by `notify` unless the dialog shows it.
 */
export function followExports(transfer: TransferState, notify: Notify): () => void {
  return transfer.onEnd((job) => {
    const { id, kind, state, result } = job
    if (result?.kind === 'file' && result.url !== null) download(result.url)
    if (transfer.inSight(id)) return
    const words = endWords(kind === 'saveRecording', job)
    if (state === 'done') notify('good', words.done)
    else if (state === 'failed') notify('bad', words.failed)
  })
}

/** Texts about an export, or about saving a recording: while it runs, and for each of its outcomes. */
export function endWords(
  recording: boolean,
  job: Job | null
): Record<'running' | 'done' | 'cancelled' | 'failed', string> {
  const written = { count: count(job?.messages ?? 0) }
  const failure = { reason: job?.error ? reasonOf(job.error) : '' }
  if (recording)
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

function reasonOf(error: NonNullable<Job['error']>): string {
  return error.code === 'CHANNEL_CLOSED' ? m.export_lost() : failureText(error)
}

/** Makes the browser download a finished export. */
export function download(url: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = ''
  link.click()
}
