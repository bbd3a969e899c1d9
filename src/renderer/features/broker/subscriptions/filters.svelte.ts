import type { FilterRow } from '../../../../shared/contract/workbench'
import type { CallInput, CallOutput } from '../../../../shared/contract'
import type { Api } from '../../../../shared/rpc/contract'
import { PagedList } from '../paged-list.svelte'
import { SearchPages, type SearchPage } from '../search-pages'

type By = CallInput<'subscriptions.search'>['sort']
export type FilterClient = CallOutput<'subscriptions.clients'>['rows'][number]

/** All filters that clients subscribe to. */
export class FiltersState {
  text = $state('')
  sort = $state.raw<{ by: By; descending: boolean }>({ by: 'filter', descending: false })
  readonly list: PagedList<FilterRow, SearchPage<FilterRow>>
  readonly #pages: SearchPages<FilterRow>

  constructor(api: Api) {
    this.#pages = new SearchPages(
      () =>
        api.call('subscriptions.search', {
          text: this.text,
          sort: this.sort.by,
          descending: this.sort.descending
        }),
      (page) => api.call('subscriptions.rows', page)
    )
    this.list = new PagedList(
      (offset, limit) => this.#pages.page(offset, limit),
      ({ filter }) => filter
    )
  }

  setText(text: string): void {
    this.text = text
    this.#again()
  }

  setSort(by: By): void {
    const descending = this.sort.by === by ? !this.sort.descending : by !== 'filter'
    this.sort = { by, descending }
    this.#again()
  }

  #again(): void {
    this.#pages.expire()
    this.list.restart()
  }
}
