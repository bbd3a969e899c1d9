import type { CallsOf } from '../../../shared/contract'
import { MAX_STRUCK, MAX_TRACES, type StruckPacket } from '../../../shared/contract/broker-traces'
import type { MqttVersion } from '../../../shared/contract/profiles'
import { AppError } from '../../../shared/errors'
import { PacketLog } from '../../packets/log'
import { PacketReader } from '../../packets/reader'
import { summaryOf } from '../../packets/row'
import type { Broker } from '../core/broker'
import type { Clock } from '../core/clock'
import type { FaultEffect, Hooks, Watchable } from '../core/hooks'

/** Packets and bytes that a trace keeps. */
const SIZE = { packets: 10_000, bytes: 4 * 1_048_576 }

interface Trace {
  since: number
  log: PacketLog
  reader: PacketReader
  /** Oldest first. */
  struck: StruckPacket[]
  /** Ends the watch on the connection that the client has now. A former one ends by itself. */
  stopWatching: (() => void) | null
}

/**
 * The control packets of chosen client ids, from their CONNECT on, as the client sees them: what it sends is outbound. So they are read, shown
 * and exported like those of Treetop's own connections.
 */
export class Traces {
  private readonly byId = new Map<string, Trace>()
  private removeHooks: (() => void) | null = null

  constructor(
    private readonly broker: Broker,
    private readonly clock: Clock
  ) {}

  has(clientId: string): boolean {
    return this.byId.has(clientId)
  }

  calls(): CallsOf<'broker', 'traces'> {
    return {
      'traces.list': () =>
        [...this.byId].map(
          ([
            clientId,
            {
              since,
              log: { ring }
            }
          ]) => {
            const packets = ring ? Math.max(0, ring.count - ring.first + 1) : 0
            return { clientId, since, packets, bytes: ring?.bytes ?? 0 }
          }
        ),
      'traces.start': ({ clientId }) => this.start(clientId),
      'traces.stop': ({ clientId }) => this.stop(clientId),
      'traces.window': ({ clientId, filter, first, count, until }) =>
        this.get(clientId).reader.window(filter, first, count, until),
      'traces.get': ({ clientId, number }) => this.get(clientId).reader.get(number),
      'traces.struck': ({ clientId }) => this.get(clientId).struck,
      'traces.export': ({ clientId, filter, format }) =>
        this.get(clientId).reader.export(filter, format, `Treetop: ${clientId}`)
    }
  }

  private start(clientId: string): void {
    if (this.byId.has(clientId)) return
    if (this.byId.size >= MAX_TRACES) this.stop(this.byId.keys().next().value!)
    const log = new PacketLog(SIZE)
    log.record(true)
    const trace: Trace = {
      since: this.clock.now(),
      log,
      reader: new PacketReader(log),
      struck: [],
      stopWatching: null
    }
    this.byId.set(clientId, trace)
    this.removeHooks ??= this.broker.hooks.add(this.hooks())
    const connection = this.broker.client(clientId)?.connection
    if (connection) watch(trace, connection, connection.version)
  }

  private stop(clientId: string): void {
    const trace = this.byId.get(clientId)
    this.byId.delete(clientId)
    trace?.stopWatching?.()
    if (this.byId.size > 0) return
    this.removeHooks?.()
    this.removeHooks = null
  }

  private hooks(): Hooks {
    return {
      arrived: (connection, { version }) => {
        const trace = this.byId.get(connection.clientId)
        if (trace) watch(trace, connection, version)
      },
      fault: (_id, { clientId }, packet, effect) => {
        const trace = this.byId.get(clientId)
        if (trace && packet) note(trace, packet, effect)
      }
    }
  }

  private get(clientId: string): Trace {
    const trace = this.byId.get(clientId)
    if (!trace) throw new AppError('NOT_FOUND', { what: 'trace', id: clientId })
    return trace
  }
}

function watch(trace: Trace, connection: Watchable, version: MqttVersion): void {
  const wires = trace.log.connected(version)
  trace.stopWatching = connection.watch({
    received: (packet) => wires.sent(packet),
    sent: (bytes) => wires.received(bytes)
  })
}

/** A packet from the client has just entered the trace. */
function note({ log, struck }: Trace, packet: Uint8Array, { kind, direction }: FaultEffect): void {
  const way = direction === 'in' ? 'out' : 'in'
  const number = log.ring?.count ?? 0
  const at = Math.round((performance.timeOrigin + performance.now()) * 1_000)
  const bytes = { number, at, direction: way, connection: 0, size: packet.length, bytes: packet } as const
  const { type, packetId, size } = summaryOf(bytes, log.versionOf(0))
  struck.push({ fault: kind as StruckPacket['fault'], number, at, direction: way, type, packetId, size })
  if (struck.length > MAX_STRUCK) struck.shift()
}
