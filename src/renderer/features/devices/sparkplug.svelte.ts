import { SvelteSet } from 'svelte/reactivity'
import {
  sparkplugKey,
  type SparkplugDetail,
  type SparkplugId,
  type SparkplugList,
  type SparkplugRow
} from '../../../shared/contract/devices'
import type { Api } from '../../../shared/rpc/contract'
import { poll } from '../../state/poll'
import { Refresh } from '../../state/refresh'

/** Polling period while the devices page is open, in ms. */
const PERIOD = 250
/** How long a requested birth may take, in ms. */
const BIRTH_TIMEOUT = 10_000

/** A requested rebirth and its result. */
export interface Rebirth {
  group: string
  node: string
  /** Number of births before the request. */
  births: number
  /** When it was requested, on the clock of `performance.now()`. */
  at: number
  /** ms until the birth arrived; 'late' if none arrived in time; null while waiting. */
  took: number | 'late' | null
}

/** The Sparkplug B edge nodes of a connection. Only the visible rows are loaded. */
export class SparkplugState {
  list = $state.raw<SparkplugList | null>(null)
  detail = $state.raw<SparkplugDetail | null>(null)
  /** The row whose details are shown at the right. */
  selected = $state.raw<SparkplugRow | null>(null)
  /** Filters nodes and devices; `metricFilter` filters metrics. */
  filter = $state('')
  metricFilter = $state('')
  rebirth = $state.raw<Rebirth | null>(null)
  /** When the list was loaded, in µs since 1970 UTC. */
  now = $state(Date.now() * 1_000)
  /** Keys of the collapsed branches. */
  readonly closed = new SvelteSet<string>()
  readonly selectedKey = $derived(this.selected && sparkplugKey(this.selected))
  readonly #api: Api
  readonly connectionId: string
  readonly #failed: (error: unknown) => void
  readonly #refresh = new Refresh(
    (current) => this.#ask(current),
    // Calls fail while the connection's worker or the process is being replaced.
    () => {
      this.list = null
      this.detail = null
    }
  )
  #sight = { first: 0, count: 60 }
  #metricSight = { first: 0, count: 60 }

  constructor(api: Api, connectionId: string, failed: (error: unknown) => void) {
    this.#api = api
    this.connectionId = connectionId
    this.#failed = failed
  }

  /** Polls until the returned function is called. */
  start(): () => void {
    return poll(this.#refresh, PERIOD)
  }

  show(first: number, count: number): void {
    this.#sight = { first, count }
    this.look()
  }

  showMetrics(first: number, count: number): void {
    this.#metricSight = { first, count }
    this.look()
  }

  setFilter(filter: string): void {
    this.filter = filter
    this.look()
  }

  setMetricFilter(filter: string): void {
    this.metricFilter = filter
    this.look()
  }

  /** Selects a row and shows its details, if it is a node or device. */
  select(row: SparkplugRow): void {
    if (this.selectedKey === sparkplugKey(row)) return
    this.selected = row
    this.detail = null
    this.metricFilter = ''
    this.#metricSight = { ...this.#metricSight, first: 0 }
    this.look()
  }

  toggle(row: SparkplugRow, open = this.closed.has(sparkplugKey(row))): void {
    if (open) this.closed.delete(sparkplugKey(row))
    else this.closed.add(sparkplugKey(row))
    this.look()
  }

  /** The row at an index, if loaded. */
  rowAt(index: number): SparkplugRow | undefined {
    return this.list?.rows[index - this.list.first]
  }

  /** Requests a rebirth from the selected edge node. */
  async requestRebirth(): Promise<void> {
    const { detail } = this
    if (!detail) return
    const { group, node } = detail.id
    const asked: Rebirth = { group, node, births: detail.node.births, at: performance.now(), took: null }
    try {
      await this.#api.call('sparkplug.rebirth', { connectionId: this.connectionId, group, node })
      this.rebirth = asked
    } catch (error) {
      this.#failed(error)
    }
  }

  look(): void {
    void this.#refresh.request()
  }

  async #ask(current: () => boolean): Promise<void> {
    const connectionId = this.connectionId
    const list = await this.#api.call('sparkplug.list', {
      connectionId,
      filter: this.filter,
      closed: [...this.closed],
      ...this.#sight
    })
    if (!current()) return
    this.list = list
    this.now = Date.now() * 1_000
    this.#refreshSelection(list.rows)
    const key = this.selectedKey
    const id = this.selected && idOf(this.selected)
    if (!id) return
    const detail = await this.#api.call('sparkplug.get', {
      connectionId,
      id,
      filter: this.metricFilter,
      ...this.#metricSight
    })
    // The selection may have changed meanwhile.
    if (!current() || key !== this.selectedKey) return
    this.detail = detail
    if (detail) this.#followRebirth(detail)
  }

  /** Updates the selected row; selects the first edge node if nothing is selected. */
  #refreshSelection(rows: readonly SparkplugRow[]): void {
    const { selectedKey } = this
    const found =
      selectedKey === null
        ? rows.find(({ kind }) => kind === 'node')
        : rows.find((row) => sparkplugKey(row) === selectedKey)
    if (found) this.selected = found
  }

  #followRebirth({ id, node }: SparkplugDetail): void {
    const { rebirth } = this
    if (rebirth?.took !== null || rebirth.group !== id.group || rebirth.node !== id.node) return
    const took = performance.now() - rebirth.at
    if (node.births > rebirth.births) this.rebirth = { ...rebirth, took }
    else if (took > BIRTH_TIMEOUT) this.rebirth = { ...rebirth, took: 'late' }
  }
}

/** The id of an edge node or device row; null for other rows. */
function idOf(row: SparkplugRow): SparkplugId | null {
  if (row.kind === 'node') return { group: row.group, node: row.node, device: null }
  return row.kind === 'device' ? { group: row.group, node: row.node, device: row.device } : null
}
