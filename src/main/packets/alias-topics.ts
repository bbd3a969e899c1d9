import { afterHeader, type Cursor } from './cursor'
import type { KeptPacket, PacketRing } from './ring'

const PUBLISH = 3
const TOPIC_ALIAS = 0x23

/** The topics that topic aliases stand for in a log, so that a packet with an alias alone has a topic, too (MQTT 5.0, 3.3.2.3.4). */
export class AliasTopics {
  /** Packets up to this one have been read. */
  private seen = 0
  /** By connection, direction and alias: the topics, with the packets that set them, oldest first. */
  private readonly topics = new Map<string, { number: number; topic: string }[]>()

  constructor(
    readonly ring: PacketRing,
    /** Whether a network connection speaks MQTT 5. */
    private readonly isSupported: (connection: number) => boolean
  ) {}

  /** The topic of a PUBLISH without one; null if the packet that set its alias is not in the log. */
  topicOf(packet: KeptPacket): string | null {
    if (!this.isSupported(packet.connection)) return null
    this.read(packet.number)
    const { alias } = topicAndAlias(packet.bytes)
    const set = alias === null ? undefined : this.topics.get(keyOf(packet, alias))
    return set?.findLast(({ number }) => number < packet.number)?.topic ?? null
  }

  /** Reads on, up to a packet. Most logs have no aliases, and are never read. */
  private read(last: number): void {
    const { ring } = this
    for (let number = Math.max(this.seen + 1, ring.first); number <= last; number++) {
      const packet = ring.get(number)
      if (packet && packet.bytes[0]! >> 4 === PUBLISH && this.isSupported(packet.connection))
        this.note(packet)
    }
    this.seen = Math.max(this.seen, last)
  }

  private note(packet: KeptPacket): void {
    const { topic, alias } = topicAndAlias(packet.bytes)
    if (alias === null || topic === '') return
    const key = keyOf(packet, alias)
    const set = this.topics.get(key) ?? []
    this.topics.set(key, set)
    if (set.at(-1)?.topic !== topic) set.push({ number: packet.number, topic })
    // No packet in the log needs a topic that was replaced before it.
    while (set.length > 1 && set[1]!.number <= this.ring.first) set.shift()
  }
}

function keyOf({ connection, direction }: KeptPacket, alias: number): string {
  return `${connection} ${direction} ${alias}`
}

function topicAndAlias(bytes: Uint8Array): { topic: string; alias: number | null } {
  const cursor = afterHeader(bytes)
  const topic = cursor.binary()
  if ((bytes[0]! & 6) !== 0) cursor.word()
  const alias = aliasIn(cursor)
  return { topic: alias === null ? '' : Buffer.from(topic).toString(), alias }
}

/** The topic alias among the properties of a PUBLISH (MQTT 5.0, 2.2.2.2); null: none. */
function aliasIn(cursor: Cursor): number | null {
  const length = cursor.variable()
  const end = cursor.at + length
  while (cursor.at < end && !cursor.ended) {
    const id = cursor.byte()
    if (id === TOPIC_ALIAS) return cursor.word()
    const pass = skip[id]
    if (!pass) return null
    pass(cursor)
  }
  return null
}

/** Skips the value of a property that a PUBLISH may have. */
const skip: Readonly<Record<number, (cursor: Cursor) => unknown>> = {
  0x01: (cursor) => cursor.byte(),
  0x02: (cursor) => (cursor.at += 4),
  0x03: (cursor) => cursor.binary(),
  0x08: (cursor) => cursor.binary(),
  0x09: (cursor) => cursor.binary(),
  0x0b: (cursor) => cursor.variable(),
  0x26: (cursor) => [cursor.binary(), cursor.binary()]
}
