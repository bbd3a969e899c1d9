import { z } from 'zod'
import { Bytes } from '../message'
import { call } from './define'
import { PacketDetail, PacketDirection, PacketFilter, PacketType, PacketWindow } from './packets'

/** The control packets of one client id, as that client sees them: `out` is from the client to the broker. */
export const TraceStatus = z.object({
  clientId: z.string(),
  /** ms since 1970 UTC. */
  since: z.number(),
  packets: z.int(),
  bytes: z.int()
})
export type TraceStatus = z.infer<typeof TraceStatus>

/** A packet of a traced client that a fault struck. */
export const StruckPacket = z.object({
  fault: z.enum(['latency', 'loss', 'duplicate', 'withhold', 'disconnect']),
  /** Number of the newest packet in the trace at that moment: the struck one, if it came from the client. A withheld packet has none. */
  number: z.int(),
  /** µs since 1970 UTC. */
  at: z.int(),
  direction: PacketDirection,
  type: PacketType,
  packetId: z.int().nullable(),
  /** Bytes. */
  size: z.int()
})
export type StruckPacket = z.infer<typeof StruckPacket>

/** Struck packets that a trace remembers. */
export const MAX_STRUCK = 1_000

/** Traces at once. */
export const MAX_TRACES = 20

const ClientId = z.object({ clientId: z.string() })

export const traceCalls = {
  'traces.list': call('broker', z.void(), z.array(TraceStatus)),
  /** Records a client id's packets from now on, also if it has not connected yet. Ends the oldest trace if there are MAX_TRACES. */
  'traces.start': call('broker', ClientId, z.void()),
  /** Ends a trace and discards it. */
  'traces.stop': call('broker', ClientId, z.void()),
  /** As `packets.window`. */
  'traces.window': call(
    'broker',
    ClientId.extend({
      filter: PacketFilter,
      first: z.int().nullable(),
      count: z.int().min(0).max(1_000),
      until: z.int().nullable()
    }),
    PacketWindow
  ),
  /** null: no longer in the trace. */
  'traces.get': call('broker', ClientId.extend({ number: z.int() }), PacketDetail.nullable()),
  /** The packets that faults struck since the trace began, oldest first; the newest MAX_STRUCK. Throws NOT_FOUND. */
  'traces.struck': call('broker', ClientId, z.array(StruckPacket)),
  /** As `packets.export`. */
  'traces.export': call(
    'broker',
    ClientId.extend({ filter: PacketFilter, format: z.enum(['text', 'pcapng']) }),
    z.object({ bytes: Bytes, packets: z.int() })
  )
}
