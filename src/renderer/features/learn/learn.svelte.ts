import type { LearnLive, LearnPacket, LearnState } from '../../../shared/contract/learn'
import type { PacketDetail } from '../../../shared/contract/packets'
import { stepsOf, type LearnAction, type LessonId } from '../../../shared/lessons'
import type { Api } from '../../../shared/rpc/contract'
import { poll } from '../../state/poll'
import { Refresh } from '../../state/refresh'
import { Motion } from './motion.svelte'

/** ms between two looks at the lesson. */
const PERIOD = 200
/** Packets in the log. */
const MAX_PACKETS = 500

/** The lesson that is open, as main tells it: nothing here decides what is done. */
export class LearnPageState {
  state = $state.raw<LearnState | null>(null)
  live = $state.raw<LearnLive | null>(null)
  /** In the order of time. */
  packets = $state.raw<LearnPacket[]>([])
  /** A lesson is being opened. */
  opening = $state(false)
  fault = $state.raw<unknown>(null)
  /** The action in progress. */
  acting = $state<LearnAction | null>(null)
  /** `client:number` of the packet that is open. */
  chosen = $state<string | null>(null)
  detail = $state.raw<PacketDetail | null>(null)
  /** The chosen packet is no longer in the trace. */
  gone = $state(false)
  /** Number of the chosen packet in its trace. */
  readonly selected = $derived(this.chosen === null ? null : Number(this.chosen.split(':')[1]))
  readonly lesson = $derived(this.state?.lesson ?? null)
  readonly motion = new Motion()
  readonly #api: Api
  #run = 0
  #seen = 0
  readonly #refresh = new Refresh(
    async (current) => {
      if (this.opening) return
      const state = await this.#api.call('learn.look', { after: this.#seen })
      if (current() && !this.opening) this.#take(state)
    },
    // The process is being reached again.
    () => (this.live = null)
  )

  constructor(api: Api) {
    this.#api = api
  }

  /** Opens the lesson where the learner was, and follows it until the returned function is called. */
  start(): () => void {
    void this.open(null)
    const stop = poll(this.#refresh, PERIOD)
    return () => {
      stop()
      this.motion.clear()
      // If it cannot be reached, the lesson closes by itself.
      void this.#api.call('learn.leave').catch(() => undefined)
    }
  }

  open(lesson: LessonId | null): Promise<void> {
    return this.#begin(() => this.#api.call('learn.open', { lesson }))
  }

  restart(lesson: LessonId | null): Promise<void> {
    return this.#begin(() => this.#api.call('learn.restart', { lesson }))
  }

  async act(action: LearnAction): Promise<void> {
    this.acting = action
    this.fault = null
    try {
      await this.#api.call('learn.act', { action })
    } catch (error) {
      this.fault = error
    } finally {
      this.acting = null
    }
  }

  isDone(lesson: LessonId, step: string): boolean {
    return this.state?.done[lesson]?.includes(step) ?? false
  }

  isFinished(lesson: LessonId): boolean {
    return stepsOf(lesson).every((step) => this.isDone(lesson, step))
  }

  /** Opens a packet of the log. */
  choose(packet: LearnPacket): void {
    if (packet.number !== null) this.#show(`${packet.clientId}:${packet.number}`)
  }

  /** Opens another packet of the same client, or none. */
  select(number: number | null): void {
    if (number === null) this.chosen = this.detail = null
    else this.#show(`${this.chosen?.split(':')[0] ?? ''}:${number}`)
  }

  #show(key: string): void {
    this.chosen = key
    this.detail = null
    this.gone = false
    void this.#load(key)
  }

  async #load(key: string): Promise<void> {
    const [clientId, number] = key.split(':') as [string, string]
    const detail = await this.#api.call('traces.get', { clientId, number: Number(number) }).catch(() => null)
    if (this.chosen !== key) return
    this.detail = detail
    this.gone = detail === null
  }

  async #begin(ask: () => Promise<LearnState>): Promise<void> {
    this.opening = true
    this.fault = null
    this.#refresh.cancel()
    try {
      this.#take(await ask())
    } catch (error) {
      this.fault = error
    } finally {
      this.opening = false
    }
  }

  #take(state: LearnState): void {
    this.state = state
    this.live = state.live
    if (!state.live) return
    const { run, packets } = state.live
    if (run !== this.#run) {
      this.#run = run
      this.#seen = 0
      this.packets = []
      this.motion.clear()
      this.select(null)
    }
    // The answer to a question of the run before.
    const fresh = packets.filter(({ seq }) => seq > this.#seen)
    if (fresh.length === 0) return
    this.#seen = Math.max(...fresh.map(({ seq }) => seq))
    const changed = new Set(fresh.map(keyOf))
    const kept = this.packets.filter((packet) => !changed.has(keyOf(packet)))
    this.packets = [...kept, ...fresh].toSorted((a, b) => a.at - b.at).slice(-MAX_PACKETS)
    this.motion.add(fresh.toSorted((a, b) => a.at - b.at))
    // The handshake of the open packet goes on.
    if (this.chosen !== null && this.detail?.waitingFor) void this.#load(this.chosen)
  }
}

/** Names a packet in the log. A withheld one has no number. */
export function keyOf({ clientId, number, at }: LearnPacket): string {
  return `${clientId}:${number ?? `withheld ${at}`}`
}
