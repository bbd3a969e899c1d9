import type { Qos } from '../../../shared/message'
import { Message } from '../codec/message'
import { Reader } from '../codec/reader'
import { varintLength, Writer } from '../codec/writer'
import type { Delivery } from '../core/outgoing'

/** What the longest head of a message takes up, without identifiers and properties: see `write`. */
const HEAD = 1 + 8 + 4 + 4 + 4 + 4

/** Bytes that a message takes up in a batch, at most. */
export function sizeInBatch({ message, identifiers }: Delivery): number {
  const listed = identifiers?.reduce((sum, each) => sum + varintLength(each), 0) ?? 0
  return HEAD + listed + message!.size
}

/** Messages on their way to one client, with consecutive numbers, as the bytes of a row. */
export function encodeBatch(deliveries: readonly Delivery[]): Buffer {
  const size = deliveries.reduce((sum, each) => sum + sizeInBatch(each), 0)
  const writer = new Writer(Buffer.allocUnsafe(size))
  for (const each of deliveries) write(writer, each)
  return writer.bytes.subarray(0, writer.at)
}

function write(writer: Writer, { message, qos, retain, identifiers }: Delivery): void {
  const { expiry, receivedAt, properties, payloadLength } = message!
  writer.u8(qos | (retain ? 4 : 0) | (expiry === null ? 0 : 8))
  writer.at = writer.bytes.writeDoubleBE(receivedAt, writer.at)
  if (expiry !== null) writer.u32(expiry)
  writer.varint(identifiers?.length ?? 0)
  if (identifiers) for (const each of identifiers) writer.varint(each)
  writer.varint(properties.length)
  writer.put(properties)
  writer.at = message!.copyTopic(writer.bytes, writer.at)
  writer.varint(payloadLength)
  writer.at = message!.copyPayload(writer.bytes, writer.at)
}

/** The messages of a row, the first of which has the number `first`. Throws Refusal if the bytes are not a batch. */
export function decodeBatch(bytes: Buffer, first: number): Delivery[] {
  const reader = new Reader()
  reader.reset(bytes, 0, bytes.length)
  const deliveries: Delivery[] = []
  while (!reader.atEnd) deliveries.push(read(reader, first + deliveries.length))
  return deliveries
}

function read(reader: Reader, number: number): Delivery {
  const flags = reader.u8()
  const qos = (flags & 3) as Qos as 1 | 2
  const receivedAt = reader.bytes.readDoubleBE(reader.skip(8))
  const expiry = flags & 8 ? reader.u32() : null
  const identifiers = Array.from({ length: reader.varint() }, () => reader.varint())
  const properties = Buffer.from(bytesOf(reader, reader.varint()))
  const topic = reader.text()
  const message = Message.of(topic, bytesOf(reader, reader.varint()), { qos, properties, expiry })
  message.receivedAt = receivedAt
  return {
    number,
    message,
    qos,
    retain: (flags & 4) !== 0,
    identifiers: identifiers.length === 0 ? null : identifiers,
    dup: false,
    sentAt: 0
  }
}

function bytesOf(reader: Reader, length: number): Buffer {
  const at = reader.skip(length)
  return reader.bytes.subarray(at, at + length)
}
