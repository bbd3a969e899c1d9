import type { MqttVersion } from '../../../shared/contract/profiles'
import type { Qos } from '../../../shared/message'
import type { Message } from './message'
import { TYPE } from './packet'
import { PROPERTY } from './properties'
import { varintLength, Writer } from './writer'

/** How a message is sent to one subscriber. */
export interface PublishOptions {
  version: MqttVersion
  qos: Qos
  retain: boolean
  dup: boolean
  /** 0 at QoS 0. */
  packetId: number
  /** Subscription Identifiers of the matching subscriptions; null: none. */
  identifiers: number[] | null
  /** Topic Alias; 0: none. */
  alias: number
  /** The alias stands for the topic, which is left out. */
  aliasKnown: boolean
  /** Message Expiry Interval in seconds; null: none. */
  expiry: number | null
}

/** The length of a PUBLISH behind its length field, and of its properties, in bytes. */
export function publishLength(
  message: Message,
  options: PublishOptions
): { body: number; properties: number } {
  const { version, qos, identifiers, alias, aliasKnown, expiry } = options
  let body = (aliasKnown ? 2 : message.topicLength) + message.payloadLength + (qos === 0 ? 0 : 2)
  if (version !== 5) return { body, properties: 0 }
  let properties = message.properties.length
  if (expiry !== null) properties += 5
  if (alias !== 0) properties += 3
  if (identifiers) for (const each of identifiers) properties += 1 + varintLength(each)
  body += varintLength(properties) + properties
  return { body, properties }
}

/** Writes a PUBLISH without its payload (MQTT 5.0, 3.3); `lengths` comes from `publishLength`. */
export function writePublish(
  writer: Writer,
  message: Message,
  options: PublishOptions,
  lengths: { body: number; properties: number }
): void {
  const { version, qos, retain, dup, packetId, identifiers, alias, aliasKnown, expiry } = options
  writer.u8((TYPE.PUBLISH << 4) | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0))
  writer.varint(lengths.body)
  if (aliasKnown) writer.u16(0)
  else writer.at = message.copyTopic(writer.bytes, writer.at)
  if (qos > 0) writer.u16(packetId)
  if (version !== 5) return
  writer.varint(lengths.properties)
  if (message.properties.length > 0) writer.put(message.properties)
  if (expiry !== null) {
    writer.u8(PROPERTY.MESSAGE_EXPIRY)
    writer.u32(expiry)
  }
  if (alias !== 0) {
    writer.u8(PROPERTY.TOPIC_ALIAS)
    writer.u16(alias)
  }
  if (identifiers)
    for (const each of identifiers) {
      writer.u8(PROPERTY.SUBSCRIPTION_IDENTIFIER)
      writer.varint(each)
    }
}

/** A whole PUBLISH. */
export function encodePublish(message: Message, options: PublishOptions): Buffer {
  const lengths = publishLength(message, options)
  const writer = new Writer(Buffer.allocUnsafe(1 + varintLength(lengths.body) + lengths.body))
  writePublish(writer, message, options, lengths)
  message.copyPayload(writer.bytes, writer.at)
  return writer.bytes
}
