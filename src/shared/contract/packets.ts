import { z } from 'zod'
import { Bytes, Qos } from '../message'
import { call } from './define'

/** Control packets in the order of their type number, from 1 (MQTT 5.0, table 2-1). */
export const PACKET_TYPES = [
  'CONNECT',
  'CONNACK',
  'PUBLISH',
  'PUBACK',
  'PUBREC',
  'PUBREL',
  'PUBCOMP',
  'SUBSCRIBE',
  'SUBACK',
  'UNSUBSCRIBE',
  'UNSUBACK',
  'PINGREQ',
  'PINGRESP',
  'DISCONNECT',
  'AUTH'
] as const
export const PacketType = z.enum(PACKET_TYPES)
export type PacketType = z.infer<typeof PacketType>

export const PacketDirection = z.enum(['in', 'out'])
export type PacketDirection = z.infer<typeof PacketDirection>

/** One control packet, as a row. */
export const PacketRow = z.object({
  /** Counts the packets of the log, from 1. */
  number: z.int(),
  /** µs since 1970 UTC. */
  at: z.int(),
  direction: PacketDirection,
  type: PacketType,
  packetId: z.int().nullable(),
  /** PUBLISH only. */
  flags: z.object({ qos: Qos, dup: z.boolean(), retain: z.boolean() }).nullable(),
  /** The first reason or return code; null: none. */
  code: z.int().nullable(),
  codeName: z.string().nullable(),
  /** The code means failure. */
  failed: z.boolean(),
  /** The topic, the first filter, or the client id. */
  subject: z.string().nullable(),
  /** Size of the whole packet, in bytes. */
  size: z.int()
})
export type PacketRow = z.infer<typeof PacketRow>

/** Which packets to return. null matches everything. */
export const PacketFilter = z.object({
  types: z.array(PacketType).nullable(),
  direction: PacketDirection.nullable(),
  packetId: z.int().nullable(),
  /** Text in the topic, the filter or the client id, ignoring case; empty: everything. */
  text: z.string(),
  /** Only packets with a code that means failure. */
  failed: z.boolean()
})
export type PacketFilter = z.infer<typeof PacketFilter>

export const everyPacket: PacketFilter = {
  types: null,
  direction: null,
  packetId: null,
  text: '',
  failed: false
}

/** A part of the packets that match a filter. Positions count from 0, the first match ever; the oldest packets are dropped over time. */
export const PacketWindow = z.object({
  recording: z.boolean(),
  /** Positions of the oldest packet still in the log, and of the next one to arrive. */
  start: z.int(),
  end: z.int(),
  /** Matching packets after `until`. */
  newer: z.int(),
  /** Rows from position `first` on, without dropped ones. */
  first: z.int(),
  rows: z.array(PacketRow),
  /** Packets in the log, and their bytes. */
  packets: z.int(),
  bytes: z.int()
})
export type PacketWindow = z.infer<typeof PacketWindow>

/** One packet of a handshake (MQTT 5.0, 4.3). */
export const HandshakeStep = z.object({
  number: z.int(),
  type: PacketType,
  direction: PacketDirection,
  /** µs since 1970 UTC. */
  at: z.int(),
  /** It is a retransmission. */
  again: z.boolean(),
  codeName: z.string().nullable(),
  failed: z.boolean()
})
export type HandshakeStep = z.infer<typeof HandshakeStep>

/** A whole packet. */
export const PacketDetail = z.object({
  row: PacketRow,
  /** Its logged bytes, which may be truncated. Passwords are replaced by asterisks. */
  bytes: Bytes,
  /** Its fields by name, as far as they can be parsed. */
  fields: z.array(z.tuple([z.string(), z.string()])),
  /** For a PUBLISH at QoS 1 or 2 and its answers: the packets of the handshake that are in the log. */
  handshake: z.array(HandshakeStep),
  /** The packet that the handshake waits for; null: none, or no handshake. */
  waitingFor: PacketType.nullable()
})
export type PacketDetail = z.infer<typeof PacketDetail>

const ConnectionId = z.object({ connectionId: z.string() })

export const packetCalls = {
  /** Starts or stops the log of control packets. It starts empty and holds up to 50,000 packets. */
  'packets.record': call('connection', ConnectionId.extend({ on: z.boolean() }), z.void()),
  /** Rows `first` to `first + count - 1` of the matches, or (first null) the last ones. `until`: ignore packets with a higher number. */
  'packets.window': call(
    'connection',
    ConnectionId.extend({
      filter: PacketFilter,
      first: z.int().nullable(),
      count: z.int().min(0).max(1_000),
      until: z.int().nullable()
    }),
    PacketWindow
  ),
  /** null: no longer in the log. */
  'packets.get': call('connection', ConnectionId.extend({ number: z.int() }), PacketDetail.nullable()),
  /** The matching packets, as text (one per line) or as pcapng for Wireshark. CONNECT and CONNACK come first. */
  'packets.export': call(
    'connection',
    ConnectionId.extend({ filter: PacketFilter, format: z.enum(['text', 'pcapng']) }),
    z.object({ bytes: Bytes, packets: z.int() })
  )
}
