import { SvelteSet } from 'svelte/reactivity'
import type { CallInput } from '../../../../shared/contract'
import type { BrokerRetainedRow } from '../../../../shared/contract/workbench'
import type { Api } from '../../../../shared/rpc/contract'
import { filterFault } from '../../../../shared/topic'
import { PagedList } from '../paged-list.svelte'
import { SearchPages, type SearchPage } from '../search-pages'

type Search = CallInput<'brokerRetained.search'>
type By = Search['sort']

/** Rows per call, at most. */
const PAGE = 1_000

/** The retained messages that a person looks for. */
export class RetainedSearch {
  kind = $state<Search['by']['kind']>('text')
  text = $state('')
  filter = $state('#')
  /** Text is also searched for in payloads. */
  payload = $state(true)
  sort = $state.raw<{ by: By; descending: boolean }>({ by: 'topic', descending: false })
  /** Topics of the checked rows. */
  readonly checked = new SvelteSet<string>()
  /** Fault of the filter; null: it can be searched by. */
  readonly fault = $derived(this.kind === 'filter' ? faultOf(this.filter) : null)
  /** The filter that the rows match; null: they contain a text. */
  readonly searchedFilter = $derived(this.kind === 'filter' && this.fault === null ? this.filter : null)
  readonly list: PagedList<BrokerRetainedRow, SearchPage<BrokerRetainedRow>>
  readonly #pages: SearchPages<BrokerRetainedRow>
  /** What the rows were found by. */
  #by: Search['by'] = { kind: 'text', text: '', payload: true }

  constructor(api: Api) {
    this.#pages = new SearchPages(
      () =>
        api.call('brokerRetained.search', {
          by: this.#by,
          sort: this.sort.by,
          descending: this.sort.descending
        }),
      (page) => api.call('brokerRetained.rows', page)
    )
    this.list = new PagedList(
      (offset, limit) => this.#pages.page(offset, limit),
      ({ topic }) => topic
    )
  }

  /** Call after a change of what is looked for. A filter with a fault is not searched by: the rows stay. */
  again(): void {
    if (this.fault !== null) return
    const { kind, text, filter, payload } = this
    this.#by = kind === 'text' ? { kind, text, payload } : { kind, filter }
    this.checked.clear()
    this.#pages.expire()
    this.list.restart()
  }

  setSort(by: By): void {
    const descending = this.sort.by === by ? !this.sort.descending : by === 'size' || by === 'receivedAt'
    this.sort = { by, descending }
    this.#pages.expire()
    this.list.restart()
  }

  /** Loads the rows again at once: something was changed. */
  async refresh(): Promise<void> {
    this.#pages.expire()
    await this.list.refresh()
  }

  toggle(topic: string): void {
    if (!this.checked.delete(topic)) this.checked.add(topic)
  }

  /** Checks all rows between two indexes, both included. */
  async checkRange(from: number, to: number): Promise<void> {
    const [first, last] = [Math.min(from, to), Math.max(from, to)]
    for (let at = first; at <= last; at += PAGE) {
      const { rows } = await this.#pages.page(at, Math.min(PAGE, last - at + 1))
      for (const { topic } of rows) this.checked.add(topic)
    }
  }
}

function faultOf(filter: string): ReturnType<typeof filterFault> | 'SHARED' {
  return filter.startsWith('$share/') ? 'SHARED' : filterFault(filter)
}
