import type { ClientEvent, ClientRow } from '../../shared/contract/broker-clients'
import type { StruckPacket } from '../../shared/contract/broker-traces'
import type { LearnPacket } from '../../shared/contract/learn'
import type { ActiveFault } from '../../shared/contract/faults'
import { everyPacket, type PacketRow } from '../../shared/contract/packets'
import { isAppError } from '../../shared/errors'
import { LEARN_CLIENTS, LEARN_ROOT } from '../../shared/lessons'
import type { BrokerPeer } from './learn-broker'

/** What happened at the broker since the lesson was opened, as the broker tells it. */
export interface Evidence {
  /** ms since 1970 UTC. */
  now: number
  /** In the order of time. */
  packets: readonly LearnPacket[]
  clients: readonly ClientRow[]
  /** Of the learner's clients, newest first. */
  events: readonly ClientEvent[]
  /** Those of the lesson that are on. */
  faults: readonly ActiveFault[]
  /** Topics that are retained below the lessons' topic. */
  retained: readonly string[]
  /** Filters by client id. */
  subscriptions: ReadonlyMap<string, string[]>
  /** Ids of clients that have connected by MQTT-SN, and of those that sleep. */
  sn: ReadonlySet<string>
  asleep: ReadonlySet<string>
}

/** Packets that a lesson keeps. */
const MAX_PACKETS = 2_000
const WINDOW = 1_000

/** Reads the traces of the learner's clients, with what else the broker knows of them. */
export class EvidenceReader {
  readonly packets: LearnPacket[] = []
  private readonly next = new Map<string, number>()
  private readonly struckAt = new Map<string, number>()
  private seq = 0
  private readonly since = Date.now()

  constructor(private readonly broker: () => BrokerPeer) {}

  /** Begins a trace for each of the learner's clients. */
  async begin(): Promise<void> {
    for (const { id: clientId } of LEARN_CLIENTS) {
      await this.broker().call('traces.stop', { clientId })
      await this.broker().call('traces.start', { clientId })
    }
  }

  async end(): Promise<void> {
    for (const { id: clientId } of LEARN_CLIENTS) await this.broker().call('traces.stop', { clientId })
  }

  /** @param own ids of the lesson's faults */
  async read(own: ReadonlySet<string>): Promise<Evidence> {
    for (const { id } of LEARN_CLIENTS) await this.follow(id)
    const ids = new Set(LEARN_CLIENTS.map(({ id }) => id))
    const table = {
      offset: 0,
      limit: 100,
      text: 'learn-',
      state: 'all',
      sort: 'id',
      descending: false
    } as const
    const [{ rows }, connected, faults, events, retained] = await Promise.all([
      this.broker().call('clients.list', table),
      this.broker().call('broker.clients', undefined),
      this.broker().call('faults.list', undefined),
      this.broker().call('clients.events', { clientId: null, before: null, limit: 200 }),
      this.retained()
    ])
    const mine = events.filter(({ clientId, at }) => ids.has(clientId) && at >= this.since)
    return {
      now: Date.now(),
      packets: this.packets,
      clients: rows.filter(({ id }) => ids.has(id)),
      events: mine,
      faults: faults.filter(({ id }) => own.has(id)),
      retained,
      subscriptions: new Map(
        connected.map(({ id, subscriptions }) => [id, subscriptions.map(({ filter }) => filter)])
      ),
      sn: new Set(mine.filter(isBySn).map(({ clientId }) => clientId)),
      asleep: new Set(connected.filter(({ id, asleep }) => ids.has(id) && asleep).map(({ id }) => id))
    }
  }

  /** Topics that are retained below the lessons' topic. */
  async retained(): Promise<string[]> {
    const found = await this.broker().call('brokerRetained.search', {
      by: { kind: 'filter', filter: `${LEARN_ROOT}/#` },
      sort: 'topic',
      descending: false
    })
    if (found.total === 0) return []
    const rows = await this.broker().call('brokerRetained.rows', {
      search: found.search,
      offset: 0,
      limit: 100
    })
    return rows.map(({ topic }) => topic)
  }

  /** Takes what is new in a client's trace. */
  private async follow(clientId: string): Promise<void> {
    const from = this.next.get(clientId) ?? 0
    try {
      const window = await this.broker().call('traces.window', {
        clientId,
        filter: everyPacket,
        first: from,
        count: WINDOW,
        until: null
      })
      const struck = await this.broker().call('traces.struck', { clientId })
      this.next.set(clientId, window.first + window.rows.length)
      for (const row of window.rows) this.add(clientId, row, row.number, false)
      for (const packet of struck.slice(this.struckAt.get(clientId) ?? 0)) this.strike(clientId, packet)
      this.struckAt.set(clientId, struck.length)
    } catch (error) {
      // Somebody else has ended the trace.
      if (!isAppError(error, 'NOT_FOUND')) throw error
      await this.broker().call('traces.start', { clientId })
      this.next.delete(clientId)
      this.struckAt.delete(clientId)
    }
  }

  private strike(clientId: string, packet: StruckPacket): void {
    const { fault, number, at, direction, type, packetId, size } = packet
    if (fault === 'loss') {
      const lost = this.packets.find((each) => each.clientId === clientId && each.number === number)
      // It is sent to the page again, as lost.
      if (lost) Object.assign(lost, { lost: true, seq: ++this.seq })
    } else if (fault === 'withhold') {
      const none = { flags: null, code: null, codeName: null, failed: false, subject: null }
      this.add(clientId, { number, at, direction, type, packetId, size, ...none }, null, true)
    }
  }

  /** In the order of time, which is not the order in which traces are read. */
  private add(clientId: string, row: PacketRow, number: number | null, lost: boolean): void {
    const packet: LearnPacket = { ...row, seq: ++this.seq, clientId, number, lost }
    let place = this.packets.length
    while (place > 0 && this.packets[place - 1]!.at > packet.at) place--
    this.packets.splice(place, 0, packet)
    if (this.packets.length > MAX_PACKETS) this.packets.shift()
  }
}

function isBySn(event: ClientEvent): boolean {
  return event.kind === 'connected' && event.listener?.kind === 'sn'
}
