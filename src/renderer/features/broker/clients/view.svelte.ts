import type { ClientFilter, ClientSort } from '../../../../shared/contract/broker-clients'
import { untilClosed } from '../../../state/preferences.svelte'

export const CLIENT_TABS = ['connection', 'subscriptions', 'queue', 'packets', 'events'] as const
export type ClientTab = (typeof CLIENT_TABS)[number]

/** What the section shows. */
interface Shown {
  list: 'clients' | 'events'
  text: string
  filter: ClientFilter
  sort: ClientSort
  descending: boolean
  /** Id of the client that is open; null: none. */
  opened: string | null
  tab: ClientTab
  /** The open client hides the list. */
  wide: boolean
}

const NAME = 'clients.view'

const initial: Shown = {
  list: 'clients',
  text: '',
  filter: 'all',
  sort: 'id',
  descending: false,
  opened: null,
  tab: 'connection',
  wide: false
}

/** What the section shows, until the window is closed: it is the same again after a look at another section. */
export class ClientsView {
  #shown = $state.raw<Shown>(stored())

  get shown(): Shown {
    return this.#shown
  }

  change(changes: Partial<Shown>): void {
    this.#shown = { ...this.#shown, ...changes }
    store(this.#shown)
  }

  /** Opens a client, at one of its tabs or the one that was shown last. */
  open(clientId: string, tab: ClientTab = this.#shown.tab): void {
    this.change({ opened: clientId, tab })
  }

  close(): void {
    this.change({ opened: null, wide: false })
  }
}

/** Has the section show a client when it is shown next: for other sections that mention one. */
export function openClientNext(clientId: string, tab: ClientTab = 'connection'): void {
  store({ ...stored(), list: 'clients', opened: clientId, tab })
}

function stored(): Shown {
  const text = untilClosed.recall(NAME)
  return text === null ? initial : { ...initial, ...(JSON.parse(text) as Partial<Shown>) }
}

function store(shown: Shown): void {
  untilClosed.keep(NAME, JSON.stringify(shown))
}
