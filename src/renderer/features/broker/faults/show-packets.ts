import { untilClosed } from '../../../state/preferences.svelte'

/** Where the section of clients keeps what it shows. */
const VIEW = 'clients.view'

/** Has the section of clients show a client's packets when it is shown next. */
export function showPacketsNext(clientId: string): void {
  const shown = JSON.parse(untilClosed.recall(VIEW) ?? '{}') as object
  untilClosed.keep(VIEW, JSON.stringify({ ...shown, list: 'clients', opened: clientId, tab: 'packets' }))
}
