import type { SparkplugGap, StaleReason } from '../../shared/contract/devices'
import { DecodeError } from '../decode/fault'
import { readHead, type PayloadHead } from '../decode/sparkplug-payload'
import type { SparkplugType } from '../decode/sparkplug-topic'
import { textBytes, type MemoryBudget } from './memory-budget'
import { bdSeqOf, MetricTable, type Carrier } from './metrics'

/** Gaps kept with their details; all are counted. */
const KEPT_GAPS = 20
const GAP_BYTES = 100

/** Where a message comes from: live, or read again from the history, which may lack messages that were not recorded. */
export type Way = 'live' | 'history'

/** Common to edge nodes and their devices. */
class Participant {
  readonly table: MetricTable
  /** Born, and not dead since then. */
  alive = false
  /** Why the values may be out of date; null if they are current. */
  reason: StaleReason | null = null
  /** A metric in a data message that no birth declared: a name, or an alias after `#`. */
  unknown: string | null = null
  births = 0
  deaths = 0
  /** µs since 1970 UTC; 0: never. */
  bornAt = 0
  diedAt = 0
  lastSeen = 0

  constructor(budget: MemoryBudget) {
    this.table = new MetricTable(budget)
  }

  /** NBIRTH or DBIRTH. Throws DecodeError. */
  protected beBorn(payload: Uint8Array, head: PayloadHead, carrier: Carrier): void {
    this.alive = true
    this.reason = null
    this.unknown = null
    this.births++
    this.bornAt = carrier.receivedAt
    this.table.born(payload, head, carrier)
  }

  /** NDATA or DDATA. Data without a birth, or with metrics that the birth did not declare, is unreliable. Throws DecodeError. */
  protected takeData(payload: Uint8Array, head: PayloadHead, carrier: Carrier): void {
    if (!this.alive) this.reason = 'unborn'
    const unknown = this.table.data(payload, head, carrier)
    if (unknown === null || this.reason === 'unborn') return
    this.unknown = unknown
    this.reason = 'unknown'
  }
}

/** An edge node's time up to its death. Devices compare it when they are read, so that births and deaths of their node cost nothing each. */
interface Era {
  births: number
  /** µs since 1970 UTC; null: not over. */
  diedAt: number | null
}

/** A device below an edge node. */
export class Device extends Participant {
  private birthsSeen: number

  constructor(
    readonly name: string,
    private era: Era,
    budget: MemoryBudget
  ) {
    super(budget)
    this.birthsSeen = era.births
  }

  take(type: SparkplugType, payload: Uint8Array, head: PayloadHead, carrier: Carrier): void {
    if (type === 'DBIRTH') this.beBorn(payload, head, carrier)
    else if (type === 'DDATA') this.takeData(payload, head, carrier)
    else {
      // The values of a dead device do not count (operational-behavior-edge-node-termination-host-action-ddeath-devices-tags-stale).
      this.alive = false
      this.reason = null
      this.deaths++
      this.diedAt = carrier.receivedAt
    }
  }

  /**
   * Applies what happened to its edge node since the last call. A death takes the device offline
   * (operational-behavior-edge-node-termination-host-action-ndeath-devices-offline). After a birth, only the device's own DBIRTH confirms
   * that it is there (payloads-dbirth-order).
   */
  catchUp(era: Era): void {
    const { diedAt, births } = this.era
    if (diedAt !== null && (this.alive || this.reason !== null)) {
      this.alive = false
      this.reason = null
      this.diedAt = diedAt
    } else if (births !== this.birthsSeen && this.alive) this.reason = 'unborn'
    this.era = era
    this.birthsSeen = era.births
  }
}

/** Follows an edge node and its devices as a Sparkplug 3.0 host application does. A pure state machine: feed messages in arrival order. */
export class EdgeNode extends Participant {
  /** By name. Their state is current only after `device` or `stateOf`. */
  readonly devices = new Map<string, Device>()
  /** bdSeq of the newest birth; null if it had none. */
  bdSeq: number | null = null
  /** The newest sequence number, 0 to 255; null if the next one may be any. */
  seq: number | null = null
  /** Sequence gaps among live messages. */
  gaps = 0
  /** The most recent gaps, newest last. */
  readonly lastGaps: SparkplugGap[] = []
  /** Deaths ignored because their bdSeq is not the birth's: they belong to an earlier session. */
  ignoredDeaths = 0
  /** Payloads that could not be read. */
  malformed = 0
  /** Messages may have been missed. The next sequence number shows whether they were. */
  private away = false
  private era: Era = { births: 0, diedAt: null }

  constructor(
    readonly group: string,
    readonly name: string,
    private readonly budget: MemoryBudget
  ) {
    super(budget)
  }

  /** `stale`: alive, but values may be out of date; `reason` says why. */
  get state(): 'online' | 'stale' | 'offline' {
    if (!this.alive && this.reason === null) return 'offline'
    return this.reason !== null || this.away ? 'stale' : 'online'
  }

  get staleReason(): StaleReason | null {
    return this.reason ?? (this.away && this.alive ? 'away' : null)
  }

  /** A device's state is never better than its edge node's. */
  stateOf(device: Device): { state: 'online' | 'stale' | 'offline'; reason: StaleReason | null } {
    device.catchUp(this.era)
    if (!device.alive && device.reason === null) return { state: 'offline', reason: null }
    const reason = device.reason ?? this.staleReason
    return { state: reason === null ? 'online' : 'stale', reason }
  }

  /** Processes a message of the node or one of its devices. `device` returns the device concerned; null if there is no room for it. */
  take(
    type: SparkplugType,
    device: () => Device | null,
    payload: Uint8Array,
    carrier: Carrier,
    way: Way
  ): void {
    if (type === 'NCMD' || type === 'DCMD') return
    this.lastSeen = carrier.receivedAt
    try {
      const head = readHead(payload)
      if (type === 'NDEATH') return this.nodeDied(payload, head, carrier)
      if (type === 'NBIRTH') return this.nodeBorn(payload, head, carrier)
      this.follow(head, carrier, way)
      if (type === 'NDATA') return this.takeData(payload, head, carrier)
      const found = device()
      if (!found) return
      found.lastSeen = carrier.receivedAt
      if (this.births === 0 && !this.alive) this.reason = 'unborn'
      found.take(type, payload, head, carrier)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      this.malformed++
      // The sequence number of a malformed message is unknown.
      this.seq = null
      if (this.alive) this.reason = 'malformed'
    }
  }

  /** A device as its node's births and deaths left it; null: unknown. */
  device(name: string): Device | null {
    const device = this.devices.get(name) ?? null
    device?.catchUp(this.era)
    return device
  }

  newDevice(name: string): Device {
    const device = new Device(name, this.era, this.budget)
    this.devices.set(name, device)
    return device
  }

  /** Messages may be missed from now on: the connection is lost, or was never there. */
  leave(): void {
    this.away = true
  }

  /**
   * NBIRTH: everything restarts, at any sequence number from 0 to 255 (payloads-nbirth-seq). Its bdSeq matches that of the will that
   * announces the node's death (payloads-nbirth-bdseq-repeat).
   */
  private nodeBorn(payload: Uint8Array, head: PayloadHead, carrier: Carrier): void {
    this.beBorn(payload, head, carrier)
    this.bdSeq = bdSeqOf(payload, head)
    this.seq = numberOf(head)
    this.away = false
    this.era.births++
  }

  /**
   * NDEATH, which has no sequence number (payloads-ndeath-seq). If its bdSeq differs from the birth's, it belongs to an earlier session
   * and is ignored (payloads-ndeath-bdseq); if either is missing, it counts. The node and its devices then go offline, and their values no
   * longer count (operational-behavior-edge-node-termination-host-action-ndeath-*).
   */
  private nodeDied(payload: Uint8Array, head: PayloadHead, { receivedAt }: Carrier): void {
    const bdSeq = bdSeqOf(payload, head)
    if (this.alive && bdSeq !== null && this.bdSeq !== null && bdSeq !== this.bdSeq) {
      this.ignoredDeaths++
      return
    }
    this.alive = false
    this.reason = null
    this.away = false
    this.seq = null
    this.deaths++
    this.diedAt = receivedAt
    this.era.diedAt = receivedAt
    this.era = { births: 0, diedAt: null }
  }

  /** Each message of the node or its devices increments the number; 0 follows 255 (payloads-sequence-num-incrementing). */
  private follow(head: PayloadHead, { topic, receivedAt, messageId }: Carrier, way: Way): void {
    const got = numberOf(head)
    const expected = this.seq === null ? null : (this.seq + 1) % 256
    const away = this.away
    this.away = false
    this.seq = got ?? expected
    if (expected === null || got === expected || way === 'history') return
    if (away) {
      this.reason ??= 'missed'
      return
    }
    this.gaps++
    // A gap stores its topic, which may be long.
    if (this.budget.take(GAP_BYTES + textBytes(topic)))
      this.lastGaps.push({ at: receivedAt, topic, messageId, expected, got })
    if (this.lastGaps.length > KEPT_GAPS)
      this.budget.giveBack(GAP_BYTES + textBytes(this.lastGaps.shift()!.topic))
    if (this.reason === null || this.reason === 'missed') this.reason = 'gap'
  }
}

/** A payload's sequence number; null if missing or out of range. */
function numberOf({ seq }: PayloadHead): number | null {
  return seq !== null && seq <= 255n ? Number(seq) : null
}
