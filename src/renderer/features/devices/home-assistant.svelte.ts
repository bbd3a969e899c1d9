import type { HaDevice, HaList } from '../../../shared/contract/home-assistant'
import type { Api } from '../../../shared/rpc/contract'
import { preferences } from '../../state/preferences.svelte'
import { poll } from '../../state/poll'
import { Refresh } from '../../state/refresh'

/** Polling period while the devices page is open, in ms; `READING` applies while configurations are being read. */
const PERIOD = 1_000
const READING = 50

/** Seconds without a state message after which a device counts as silent: an hour, a day, a week. */
export const SILENT_AFTER = [3_600, 86_400, 604_800] as const
export type SilentAfter = (typeof SILENT_AFTER)[number]

/** The devices that Home Assistant discovery announces on a connection. Only the visible rows are loaded. */
export class HomeAssistantState {
  list = $state.raw<HaList | null>(null)
  device = $state.raw<HaDevice | null>(null)
  selected = $state<string | null>(null)
  filter = $state('')
  entityFilter = $state('')
  faultyOnly = $state(false)
  prefix = $state('homeassistant')
  silentAfter = $state<SilentAfter>(86_400)
  /** When the list was loaded, in µs since 1970 UTC. */
  now = $state(Date.now() * 1_000)
  readonly #api: Api
  readonly connectionId: string
  readonly #refresh = new Refresh(
    (current) => this.#ask(current),
    // Calls fail while the connection's worker or the process is being replaced.
    () => {
      this.list = null
      this.device = null
    }
  )
  #sight = { first: 0, count: 60 }
  #entitySight = { first: 0, count: 60 }
  /** Timer of the next refresh while configurations are being read. */
  #soon: ReturnType<typeof setTimeout> | undefined

  constructor(api: Api, connectionId: string) {
    this.#api = api
    this.connectionId = connectionId
    const kept = preferences.recall(this.#key)
    if (kept) this.prefix = kept
  }

  /** Polls until the returned function is called. */
  start(): () => void {
    const stop = poll(this.#refresh, PERIOD)
    return () => {
      clearTimeout(this.#soon)
      stop()
    }
  }

  show(first: number, count: number): void {
    this.#sight = { first, count }
    this.look()
  }

  showEntities(first: number, count: number): void {
    this.#entitySight = { first, count }
    this.look()
  }

  /** Switches to another discovery prefix and remembers it for the connection. */
  setPrefix(prefix: string): void {
    this.prefix = prefix.trim().replace(/\/+$/, '') || 'homeassistant'
    preferences.keep(this.#key, this.prefix)
    this.list = null
    this.select(null)
  }

  select(key: string | null): void {
    if (key === this.selected && key !== null) return
    this.selected = key
    this.device = null
    this.entityFilter = ''
    this.#entitySight = { ...this.#entitySight, first: 0 }
    this.look()
  }

  look(): void {
    void this.#refresh.request()
  }

  get #key(): string {
    return `homeassistant.${this.connectionId}`
  }

  async #ask(current: () => boolean): Promise<void> {
    const shown = { connectionId: this.connectionId, prefix: this.prefix, silentAfter: this.silentAfter }
    const list = await this.#api.call('homeAssistant.list', {
      ...shown,
      filter: this.filter,
      faultyOnly: this.faultyOnly,
      ...this.#sight
    })
    if (!current() || shown.prefix !== this.prefix) return
    this.list = list
    this.now = Date.now() * 1_000
    clearTimeout(this.#soon)
    if (list.loading !== null) this.#soon = setTimeout(() => this.look(), READING)
    this.selected ??= firstOf(list)
    const key = this.selected
    if (key === null) return
    const device = await this.#api.call('homeAssistant.get', {
      ...shown,
      key,
      filter: this.entityFilter,
      ...this.#entitySight
    })
    if (current() && key === this.selected) this.device = device
  }
}

/** The row to open: the first device, rather than the configurations that cannot be read, which stand above it. */
function firstOf({ rows, loading }: HaList): string | null {
  const device = rows.find(({ name, broken }) => name !== null && !broken)
  const other = loading === null ? rows[0] : undefined
  return (device ?? other)?.key ?? null
}
