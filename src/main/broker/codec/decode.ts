import type { MqttVersion } from '../../../shared/contract/profiles'
import type { Qos } from '../../../shared/message'
import { filterFault } from '../../../shared/topic'
import { Message } from './message'
import { decodeConnect, readVersion } from './decode-connect'
import { TYPE, type Acknowledgement, type Packet, type Publish, type SubscriptionOptions } from './packet'
import { checkResponseTopic, noProperties, PROPERTY, readProperties, type Properties } from './properties'
import { Reader } from './reader'
import { malformed, protocolError } from './refusal'
import { topicName } from './text'
import { TopicAliases } from './topic-aliases'

const NO_BYTES = Buffer.alloc(0)

/** The only reason codes that these packets may carry (MQTT 5.0, tables 3-4 to 3-7). */
const reasonCodes: Record<Acknowledgement['type'], number[]> = {
  [TYPE.PUBACK]: [0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99],
  [TYPE.PUBREC]: [0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99],
  [TYPE.PUBREL]: [0x00, 0x92],
  [TYPE.PUBCOMP]: [0x00, 0x92]
}

const bridgeOptions = { noLocal: true, retainAsPublished: true }

/** Reads the packets of one client. */
export class Decoder {
  /** Known from the CONNECT on, even if that is refused. */
  version: MqttVersion | null = null
  /** The first packet was a CONNECT. */
  sawConnect = false
  /** A client before MQTT 5 says that it is a bridge: none of its subscriptions brings it its own messages, and all keep the retain flag. */
  private isBridge = false
  private readonly reader = new Reader()
  private readonly aliases: TopicAliases

  /** `aliasMaximum` is the Topic Alias Maximum that the CONNACK says. */
  constructor(aliasMaximum: number) {
    this.aliases = new TopicAliases(aliasMaximum)
  }

  /**
   * Reads a packet: its first byte, and what follows its length from `start` to `end`. A PUBLISH refers to `bytes`; other packets are
   * copied. Throws Refusal for everything that MQTT forbids in a packet by itself.
   */
  decode(first: number, bytes: Buffer, start: number, end: number): Packet {
    const { reader, version } = this
    reader.reset(bytes, start, end)
    const type = first >> 4
    const flags = first & 0x0f
    if (version === null) {
      if (type !== TYPE.CONNECT) throw protocolError('The first packet is not a CONNECT [MQTT-3.1.0-1].')
      this.sawConnect = true
      expectFlags(flags, 0)
      const { version: known, isBridge } = readVersion(reader)
      this.version = known
      this.isBridge = isBridge
      return decodeConnect(reader, known)
    }
    switch (type) {
      case TYPE.PUBLISH:
        return decodePublish(reader, bytes, end, flags, version, this.aliases)
      case TYPE.PUBACK:
      case TYPE.PUBREC:
      case TYPE.PUBCOMP:
        expectFlags(flags, 0)
        return decodeAcknowledgement(reader, type, version)
      case TYPE.PUBREL:
        expectFlags(flags, 2)
        return decodeAcknowledgement(reader, type, version)
      case TYPE.SUBSCRIBE: {
        expectFlags(flags, 2)
        const packetId = readPacketId(reader)
        const identifier = decodeIdentifier(reader, version)
        const subscriptions = list(reader, () => {
          const filter = readFilter(reader)
          const options = decodeOptions(reader.u8(), version, filter, identifier)
          return { filter, options: this.isBridge ? { ...options, ...bridgeOptions } : options }
        })
        return { type, packetId, subscriptions }
      }
      case TYPE.UNSUBSCRIBE: {
        expectFlags(flags, 2)
        const packetId = readPacketId(reader)
        if (version === 5) readProperties(reader, 'unsubscribe')
        return { type, packetId, filters: list(reader, () => readFilter(reader)) }
      }
      case TYPE.PINGREQ:
        expectFlags(flags, 0)
        reader.expectEnd()
        return { type }
      case TYPE.DISCONNECT: {
        expectFlags(flags, 0)
        const { reasonCode, properties } = readReason(reader, version, 'disconnect')
        const sessionExpiry = properties.get(PROPERTY.SESSION_EXPIRY) as number | undefined
        return { type, reasonCode, sessionExpiry: sessionExpiry ?? null }
      }
      case TYPE.AUTH: {
        if (version !== 5) throw protocolError('AUTH does not exist before MQTT 5.')
        expectFlags(flags, 0)
        const { reasonCode, properties } = readReason(reader, version, 'auth')
        return {
          type,
          reasonCode,
          method: (properties.get(PROPERTY.AUTHENTICATION_METHOD) as string | undefined) ?? null,
          data: (properties.get(PROPERTY.AUTHENTICATION_DATA) as Buffer | undefined) ?? null
        }
      }
      case TYPE.CONNECT:
        throw protocolError('A second CONNECT [MQTT-3.1.0-2].')
      default:
        throw protocolError(`A client must not send packets of type ${type} (table 2-1).`)
    }
  }
}

function decodePublish(
  reader: Reader,
  bytes: Buffer,
  end: number,
  flags: number,
  version: MqttVersion,
  aliases: TopicAliases
): Publish {
  const qos = (flags >> 1) & 3
  const dup = flags >= 8
  if (qos === 3) throw malformed('A PUBLISH at QoS 3 [MQTT-3.3.1-4].')
  if (dup && qos === 0) throw malformed('A PUBLISH with DUP at QoS 0 [MQTT-3.3.1-2].')
  const topicAt = reader.at
  reader.skip(reader.u16())
  const topicEnd = reader.at
  const topic = topicName(bytes, topicAt + 2, topicEnd)
  const packetId = qos === 0 ? 0 : readPacketId(reader)
  let alias: number | undefined
  let expiry: number | null = null
  let forwarded = NO_BYTES
  if (version === 5) {
    const kept: Buffer[] = []
    const properties = readProperties(reader, 'publish', (id, from, to) => {
      // Everything else is forwarded unaltered and in order [MQTT-3.3.2-4], [MQTT-3.3.2-15] to [MQTT-3.3.2-20].
      if (id !== PROPERTY.TOPIC_ALIAS && id !== PROPERTY.MESSAGE_EXPIRY) kept.push(bytes.subarray(from, to))
    })
    if (kept.length > 0) forwarded = Buffer.concat(kept)
    if (properties.size > 0) {
      alias = properties.get(PROPERTY.TOPIC_ALIAS) as number | undefined
      expiry = (properties.get(PROPERTY.MESSAGE_EXPIRY) as number | undefined) ?? null
      checkResponseTopic(properties)
    }
  }
  if (topic === '' && alias === undefined)
    throw protocolError('A PUBLISH has neither a topic name nor a Topic Alias (3.3.2.1).')
  const retain = (flags & 1) === 1
  const message = new Message(topic, bytes, topicAt, reader.at, end, {
    qos: qos as Qos,
    retain,
    properties: forwarded,
    expiry
  })
  return {
    type: TYPE.PUBLISH,
    message: alias === undefined ? message : aliases.resolve(message, alias),
    dup,
    packetId
  }
}

function decodeAcknowledgement(
  reader: Reader,
  type: Acknowledgement['type'],
  version: MqttVersion
): Acknowledgement {
  const packetId = readPacketId(reader)
  if (version !== 5) {
    reader.expectEnd()
    return { type, packetId, reasonCode: 0 }
  }
  if (reader.atEnd) return { type, packetId, reasonCode: 0 }
  const { reasonCode } = readReason(reader, version, 'acknowledgement')
  if (!reasonCodes[type].includes(reasonCode))
    throw protocolError(`Reason code 0x${reasonCode.toString(16)} does not belong in this packet (2.4).`)
  return { type, packetId, reasonCode }
}

/** In MQTT 5 the properties may be missing, or both the reason code and the properties (3.4.2.1). Reads to the packet's end. */
function readReason(
  reader: Reader,
  version: MqttVersion,
  owner: 'acknowledgement' | 'disconnect' | 'auth'
): { reasonCode: number; properties: Properties } {
  let reasonCode = 0
  let properties = noProperties
  if (version === 5 && !reader.atEnd) {
    reasonCode = reader.u8()
    if (!reader.atEnd) properties = readProperties(reader, owner)
  }
  reader.expectEnd()
  return { reasonCode, properties }
}

function decodeIdentifier(reader: Reader, version: MqttVersion): number {
  if (version !== 5) return 0
  const properties = readProperties(reader, 'subscribe')
  return (properties.get(PROPERTY.SUBSCRIPTION_IDENTIFIER) as number | undefined) ?? 0
}

function decodeOptions(
  byte: number,
  version: MqttVersion,
  filter: string,
  identifier: number
): SubscriptionOptions {
  const qos = byte & 3
  if (qos === 3) throw malformed('A subscription asks for QoS 3 (3.8.3.1).')
  if (byte & (version === 5 ? 0xc0 : 0xfc))
    throw malformed('A reserved bit of the subscription options is set [MQTT-3.8.3-5].')
  const retainHandling = (byte >> 4) & 3
  if (retainHandling === 3) throw protocolError('Retain Handling is 3 (3.8.3.1).')
  const noLocal = (byte & 4) !== 0
  if (noLocal && filter.startsWith('$share/'))
    throw protocolError('A shared subscription asks for No Local [MQTT-3.8.3-4].')
  return {
    qos: qos as Qos,
    noLocal,
    retainAsPublished: (byte & 8) !== 0,
    retainHandling: retainHandling as 0 | 1 | 2,
    identifier
  }
}

function readFilter(reader: Reader): string {
  const filter = reader.text()
  const fault = filterFault(filter)
  if (fault !== null) throw malformed(`The topic filter "${filter}" is not valid (4.7, 4.8.2).`)
  return filter
}

/** At least one [MQTT-3.8.3-2], [MQTT-3.10.3-2]. */
function list<Item>(reader: Reader, read: () => Item): Item[] {
  if (reader.atEnd) throw protocolError('There is no topic filter [MQTT-3.8.3-2], [MQTT-3.10.3-2].')
  const items: Item[] = []
  while (!reader.atEnd) items.push(read())
  return items
}

function readPacketId(reader: Reader): number {
  const id = reader.u16()
  if (id === 0) throw protocolError('The packet identifier is 0 [MQTT-2.2.1-3].')
  return id
}

function expectFlags(flags: number, expected: number): void {
  if (flags !== expected) throw malformed('The reserved bits of the first byte have wrong values (2.1.3).')
}
