import { duplexPair, type Duplex } from 'node:stream'
import type { Qos } from '../../../../shared/message'
import { Framer } from '../../codec/framer'
import { TYPE, type Acknowledgement } from '../../codec/packet'
import { varintLength, Writer } from '../../codec/writer'
import type { Broker } from '../../core/broker'
import type { Connection } from '../../core/connection'
import type { ListenerPlace } from '../../core/hooks'

/** A message that the broker sends to a client. */
export interface Delivered {
  topic: string
  payload: Buffer
  qos: Qos
  retain: boolean
  /** 0 at QoS 0. */
  packetId: number
}

export interface LineWill {
  topic: string
  payload: Buffer
  qos: Qos
  retain: boolean
}

/** What the broker says on a line. */
export interface LineEvents {
  /** A return code of CONNACK (MQTT 3.1.1, table 3.1). */
  connack(returnCode: number): void
  message(message: Delivered): void
  acknowledged(type: Acknowledgement['type'], packetId: number): void
  /** The granted QoS, or 0x80. */
  suback(packetId: number, code: number): void
  unsuback(packetId: number): void
  pingresp(): void
  /** The broker has closed the line. */
  closed(): void
}

type Ack = Acknowledgement['type']

/** A client's MQTT 3.1.1 connection into the broker, in memory. */
export class MqttLine {
  readonly connection: Connection
  private readonly stream: Duplex
  private isClosed = false

  constructor(
    broker: Broker,
    address: string,
    listener: ListenerPlace,
    private readonly events: LineEvents
  ) {
    const [near, far] = duplexPair()
    this.stream = near
    this.connection = broker.accept(far, address, false, listener)
    const framer = new Framer(Infinity)
    near.on('data', (chunk: Buffer) =>
      framer.push(chunk, (first, bytes, start, end) => {
        this.packet(first, bytes.subarray(start, end))
        return !this.isClosed
      })
    )
    near.on('error', () => undefined)
    near.once('end', () => {
      near.end()
      if (this.isClosed) return
      this.isClosed = true
      events.closed()
    })
  }

  /** Bytes that the broker has not taken yet. */
  get waiting(): number {
    return this.stream.writableLength
  }

  connect(clientId: string, cleanSession: boolean, keepAlive: number, will: LineWill | null): void {
    const flags =
      (cleanSession ? 2 : 0) | (will === null ? 0 : 4 | (will.qos << 3) | (will.retain ? 0x20 : 0))
    const fields = [string('MQTT'), Buffer.of(4, flags, ...u16(keepAlive)), string(clientId)]
    if (will !== null) fields.push(string(will.topic), Buffer.from(u16(will.payload.length)), will.payload)
    this.send(TYPE.CONNECT << 4, ...fields)
  }

  publish({ topic, payload, qos, retain, packetId }: Delivered, dup: boolean): void {
    const first = (TYPE.PUBLISH << 4) | (dup && qos > 0 ? 8 : 0) | (qos << 1) | (retain ? 1 : 0)
    const id = qos === 0 ? [] : [Buffer.from(u16(packetId))]
    this.send(first, string(topic), ...id, payload)
  }

  acknowledge(type: Ack, packetId: number): void {
    this.send((type << 4) | (type === TYPE.PUBREL ? 2 : 0), Buffer.from(u16(packetId)))
  }

  subscribe(packetId: number, filter: string, qos: Qos): void {
    this.send((TYPE.SUBSCRIBE << 4) | 2, Buffer.from(u16(packetId)), string(filter), Buffer.of(qos))
  }

  unsubscribe(packetId: number, filter: string): void {
    this.send((TYPE.UNSUBSCRIBE << 4) | 2, Buffer.from(u16(packetId)), string(filter))
  }

  pingreq(): void {
    this.send(TYPE.PINGREQ << 4)
  }

  /** Says goodbye: the will is not published. */
  disconnect(): void {
    this.send(TYPE.DISCONNECT << 4)
    this.cut()
  }

  /** Ends without a word: the will is published. `closed` is not called. */
  cut(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.stream.end()
    this.stream.resume()
  }

  private packet(first: number, body: Buffer): void {
    const { events } = this
    const type = first >> 4
    switch (type) {
      case TYPE.CONNACK:
        return events.connack(body[1]!)
      case TYPE.PUBLISH:
        return events.message(messageOf(first, body))
      case TYPE.PUBACK:
      case TYPE.PUBREC:
      case TYPE.PUBREL:
      case TYPE.PUBCOMP:
        return events.acknowledged(type, body.readUInt16BE(0))
      case TYPE.SUBACK:
        return events.suback(body.readUInt16BE(0), body[2]!)
      case TYPE.UNSUBACK:
        return events.unsuback(body.readUInt16BE(0))
      case TYPE.PINGRESP:
        return events.pingresp()
    }
  }

  private send(first: number, ...fields: Buffer[]): void {
    if (this.isClosed) return
    const length = fields.reduce((sum, field) => sum + field.length, 0)
    const writer = new Writer(Buffer.allocUnsafe(1 + varintLength(length) + length))
    writer.u8(first)
    writer.varint(length)
    for (const field of fields) writer.put(field)
    this.stream.write(writer.bytes)
  }
}

/** The payload is copied: it may wait for the client longer than the bytes of the stream should. */
function messageOf(first: number, body: Buffer): Delivered {
  const qos = ((first >> 1) & 3) as Qos
  const topicEnd = 2 + body.readUInt16BE(0)
  return {
    topic: body.toString('utf8', 2, topicEnd),
    payload: Buffer.from(body.subarray(qos === 0 ? topicEnd : topicEnd + 2)),
    qos,
    retain: (first & 1) !== 0,
    packetId: qos === 0 ? 0 : body.readUInt16BE(topicEnd)
  }
}

function string(text: string): Buffer {
  const bytes = Buffer.from(text)
  return Buffer.concat([Buffer.from(u16(bytes.length)), bytes])
}

function u16(value: number): [number, number] {
  return [value >> 8, value & 0xff]
}
