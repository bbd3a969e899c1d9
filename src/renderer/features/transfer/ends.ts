import { m } from '../../paraglide/messages'
import { count } from '../../state/format'
import type { TransferState } from '../../state/transfer.svelte'

/**
 * Brings every finished export to the person, whatever is in view: in a browser the download starts, and what the dialog does not show
 * is told by `notify`. Until the returned function is called.
 */
export function followExports(
  transfer: TransferState,
  notify: (tone: 'good' | 'bad', text: string) => void
): () => void {
  return transfer.onEnd(({ jobId, state, url, written, reason }) => {
    if (state === 'done' && url !== null) download(url)
    if (transfer.inSight(jobId)) return
    if (state === 'done') notify('good', m.export_done({ count: count(written) }))
    else if (state === 'failed') notify('bad', m.export_failed({ reason: reason ?? '' }))
  })
}

/** Has the browser download a finished export. */
export function download(url: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = ''
  link.click()
}
