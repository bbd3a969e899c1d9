import {
  everyPacket,
  type PacketDetail,
  type PacketFilter,
  type PacketWindow
} from '../../../shared/contract/packets'
import { poll } from '../../state/poll'
import { Refresh } from '../../state/refresh'
import type { PacketSource } from './packet-source'

/** Polling period while the packets page is open, in ms. */
const PERIOD = 200

/** A log of control packets on the screen. Only the visible rows are loaded. */
export class PacketsState {
  window = $state.raw<PacketWindow | null>(null)
  filter = $state.raw<PacketFilter>(everyPacket)
  /** Keeps the newest packets in view. */
  following = $state(true)
  /** Position in the log of list row 0. While not following, dropped packets leave empty rows, so that nothing moves. */
  base = $state(0)
  selected = $state<number | null>(null)
  detail = $state.raw<PacketDetail | null>(null)
  /** The selected packet is no longer in the log. */
  gone = $state(false)
  /** Position of a row to select once it is loaded; null: none. */
  #sought = $state<number | null>(null)
  /** Index of the selected row in the list; -1: not loaded. */
  readonly current = $derived.by(() => {
    if (this.#sought !== null) return this.#sought - this.base
    const at = this.window?.rows.findIndex(({ number }) => number === this.selected) ?? -1
    return at === -1 ? -1 : (this.window?.first ?? 0) - this.base + at
  })
  readonly #source: PacketSource
  readonly #failed: (error: unknown) => void
  /** The visible rows: position of the first, and their number. */
  #sight = { first: 0, count: 60 }
  /** Number of the newest packet to include while not following. */
  #until: number | null = null
  readonly #refresh = new Refresh(
    (current) => this.#ask(current),
    // Calls fail while the connection's worker or the process is being replaced.
    () => (this.window = null)
  )

  constructor(source: PacketSource, failed: (error: unknown) => void) {
    this.#source = source
    this.#failed = failed
  }

  /** What the client and the two directions are called. */
  get words(): PacketSource['words'] {
    return this.#source.words
  }

  /** Polls the log until the returned function is called; pauses while the page is hidden. */
  start(): () => void {
    return poll(this.#refresh, PERIOD)
  }

  /** The log begins or ends: what was selected is gone. */
  async restart(): Promise<void> {
    this.follow(true)
    this.select(null)
    await this.look()
  }

  setFilter(change: Partial<PacketFilter>): void {
    this.#sought = null
    this.filter = { ...this.filter, ...change }
    void this.look()
  }

  /** Sets the visible rows, as indexes of the list. */
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

  /** Selects the row at an index of the list, now or once it is loaded. */
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
      return await this.#source.export(this.filter, format)
    } catch (error) {
      this.#failed(error)
      return null
    }
  }

  /** Requests the visible rows. */
  async look(): Promise<void> {
    await this.#refresh.request()
  }

  async #ask(current: () => boolean): Promise<void> {
    const { first, count } = this.#sight
    const found = await this.#source.window({
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
    // The handshake is still in progress: reload its details.
    if (selected !== null && detail?.waitingFor) await this.#load(selected)
  }

  /** Selects the sought row once it is loaded. */
  #reach(): void {
    if (this.#sought === null || !this.window) return
    const row = this.window.rows[this.#sought - this.window.first]
    if (row) this.select(row.number)
  }

  async #load(number: number): Promise<void> {
    const detail = await this.#source.get(number).catch(() => null)
    if (this.selected !== number) return
    this.detail = detail
    this.gone = detail === null
  }
}
