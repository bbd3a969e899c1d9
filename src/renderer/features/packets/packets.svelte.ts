import {
  everyPacket,
  type PacketDetail,
  type PacketFilter,
  type PacketWindow
} from '../../../shared/contract/packets'
import type { Api } from '../../../shared/rpc/contract'
import { poll } from '../../state/poll'
import { Refresh } from '../../state/refresh'

/** How often the log is looked at while its page is in view, in ms. */
const PERIOD = 200

/** The log of a connection's control packets, as far as it is in sight. */
export class PacketsState {
  window = $state.raw<PacketWindow | null>(null)
  filter = $state.raw<PacketFilter>(everyPacket)
  /** The newest stay in sight. */
  following = $state(true)
  /** The place that row 0 stands for: while it does not follow, rows that go leave their places empty, and nothing moves. */
  base = $state(0)
  selected = $state<number | null>(null)
  detail = $state.raw<PacketDetail | null>(null)
  /** The selected packet is no longer there. */
  gone = $state(false)
  /** The row that is gone to while it is not at hand yet, by its place. */
  #sought = $state<number | null>(null)
  /** Index of the selected row in the list; -1: it is not at hand. */
  readonly current = $derived.by(() => {
    if (this.#sought !== null) return this.#sought - this.base
    const at = this.window?.rows.findIndex(({ number }) => number === this.selected) ?? -1
    return at === -1 ? -1 : (this.window?.first ?? 0) - this.base + at
  })
  readonly #api: Api
  readonly #connectionId: string
  readonly #failed: (error: unknown) => void
  /** Rows in sight: the place of the first, and how many. */
  #sight = { first: 0, count: 60 }
  /** The newest packet that counts while it does not follow. */
  #until: number | null = null
  readonly #refresh = new Refresh(
    (current) => this.#ask(current),
    // Nobody answers while the connection's worker or the process is being replaced.
    () => (this.window = null)
  )

  constructor(api: Api, connectionId: string, failed: (error: unknown) => void) {
    this.#api = api
    this.#connectionId = connectionId
    this.#failed = failed
  }

  /** Looks at the log until the returned function is called; rests while the page is hidden. */
  start(): () => void {
    return poll(this.#refresh, PERIOD)
  }

  async record(on: boolean): Promise<void> {
    try {
      await this.#api.call('packets.record', { connectionId: this.#connectionId, on })
      this.follow(true)
      this.select(null)
    } catch (error) {
      this.#failed(error)
    }
    await this.look()
  }

  setFilter(change: Partial<PacketFilter>): void {
    this.#sought = null
    this.filter = { ...this.filter, ...change }
    void this.look()
  }

  /** The rows that the person looks at, counted from the oldest that is there. */
  show(first: number, count: number): void {
    this.#sight = { first: this.base + first, count }
    void this.look()
  }

  follow(on: boolean): void {
    if (on === this.following) return
    this.following = on
    this.#until = on ? null : (this.window?.rows.at(-1)?.number ?? null)
    void this.look()
  }

  /** Selects the row at an index of the list, at once or when it is at hand. */
  moveTo(index: number): void {
    this.follow(false)
    this.#sought = this.base + index
    this.#reach()
  }

  select(number: number | null): void {
    this.#sought = null
    this.selected = number
    this.detail = null
    this.gone = false
    if (number !== null) void this.#load(number)
  }

  async export(format: 'text' | 'pcapng'): Promise<{ bytes: Uint8Array; packets: number } | null> {
    try {
      return await this.#api.call('packets.export', {
        connectionId: this.#connectionId,
        filter: this.filter,
        format
      })
    } catch (error) {
      this.#failed(error)
      return null
    }
  }

  /** Asks for what is in sight. */
  async look(): Promise<void> {
    await this.#refresh.request()
  }

  async #ask(current: () => boolean): Promise<void> {
    const { first, count } = this.#sight
    const found = await this.#api.call('packets.window', {
      connectionId: this.#connectionId,
      filter: this.filter,
      first: this.following ? null : first,
      count,
      until: this.#until
    })
    if (!current()) return
    if (this.following) this.base = found.start
    this.window = found
    this.#reach()
    const { selected, detail } = this
    // A handshake goes on.
    if (selected !== null && detail?.waitingFor) await this.#load(selected)
  }

  /** Selects the row that was gone to, once it is at hand. */
  #reach(): void {
    if (this.#sought === null || !this.window) return
    const row = this.window.rows[this.#sought - this.window.first]
    if (row) this.select(row.number)
  }

  async #load(number: number): Promise<void> {
    const detail = await this.#api
      .call('packets.get', { connectionId: this.#connectionId, number })
      .catch(() => null)
    if (this.selected !== number) return
    this.detail = detail
    this.gone = detail === null
  }
}
