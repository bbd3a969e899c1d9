import { z } from 'zod'
import { Bytes, Qos } from '../message'
import { call } from './define'

/** Control packets by their type's number (MQTT 5.0, table 2-1). */
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
  /** Of a PUBLISH. */
  flags: z.object({ qos: Qos, dup: z.boolean(), retain: z.boolean() }).nullable(),
  /** The first reason or return code; null where the packet has none. */
  code: z.int().nullable(),
  codeName: z.string().nullable(),
  /** The code means failure. */
  failed: z.boolean(),
  /** The topic, the first filter, or the client id. */
  subject: z.string().nullable(),
  /** Of the whole packet, in bytes. */
  size: z.int()
})
export type PacketRow = z.infer<typeof PacketRow>

/** Which packets are shown. null lets everything through. */
export const PacketFilter = z.object({
  types: z.array(PacketType).nullable(),
  direction: PacketDirection.nullable(),
  packetId: z.int().nullable(),
  /** In the topic, the filter or the client id, whatever its case; empty: everything. */
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

/** A part of the packets that fit a filter. They are placed from 0, the first that ever fitted; the oldest ones go in time. */
export const PacketWindow = z.object({
  recording: z.boolean(),
  /** Places of the oldest packet that is there, and of the next one to come. */
  start: z.int(),
  end: z.int(),
  /** Packets that fit and came after `until`. */
  newer: z.int(),
  /** From `first` on; without those that are gone. */
  first: z.int(),
  rows: z.array(PacketRow),
  /** Packets that the log holds, and their bytes. */
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
  /** It was sent before. */
  again: z.boolean(),
  codeName: z.string().nullable(),
  failed: z.boolean()
})
export type HandshakeStep = z.infer<typeof HandshakeStep>

/** A packet, whole. */
export const PacketDetail = z.object({
  row: PacketRow,
  /** As much of it as is kept; passwords are asterisks. */
  bytes: Bytes,
  /** Its fields by name, as far as they can be told. */
  fields: z.array(z.tuple([z.string(), z.string()])),
  /** Of a PUBLISH at QoS 1 or 2 and what answers it: all its packets that are there. */
  handshake: z.array(HandshakeStep),
  /** What the handshake waits for; null: nothing, or it is none. */
  waitingFor: PacketType.nullable()
})
export type PacketDetail = z.infer<typeof PacketDetail>

const ConnectionId = z.object({ connectionId: z.string() })

export const packetCalls = {
  /** Begins or ends the log of control packets. It holds 50,000 of them, and is emptied when it begins. */
  'packets.record': call('connection', ConnectionId.extend({ on: z.boolean() }), z.void()),
  /** Rows `first` to `first + count - 1` of those that fit, or (first null) the last ones. `until`: packets with a higher number do not count. */
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
  /** null: it is no longer there. */
  'packets.get': call('connection', ConnectionId.extend({ number: z.int() }), PacketDetail.nullable()),
  /** The packets that fit, as text (one a line) or as pcapng for Wireshark. CONNECT and CONNACK come first. */
  'packets.export': call(
    'connection',
    ConnectionId.extend({ filter: PacketFilter, format: z.enum(['text', 'pcapng']) }),
    z.object({ bytes: Bytes, packets: z.int() })
  )
}
