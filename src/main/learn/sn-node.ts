import { createSocket, type Socket } from 'node:dgram'
import { AppError } from '../../shared/errors'
import { decode } from '../broker/mqtt-sn/codec/decode'
import { encode } from '../broker/mqtt-sn/codec/encode'
import { PROTOCOL_1_2, RETURN_CODE, SN, type SnPacket } from '../broker/mqtt-sn/codec/packet'
import { inTime } from './learner-client'

/** Seconds: longer than a lesson, so that the node need not send PINGREQ to stay. */
const KEEP_ALIVE = 3_600

/** The learner's MQTT-SN client, over a real UDP socket. It sends one message at a time and waits for the answer. */
export class SnNode {
  /** It has connected, and may sleep. */
  isConnected = false
  private socket: Socket | null = null
  private target = { host: '', port: 0 }
  private lastId = 0
  private waiting: { type: number; done: (packet: SnPacket) => void } | null = null

  constructor(
    readonly id: string,
    /** Throws if there is no MQTT-SN listener. */
    private readonly place: () => { host: string; port: number }
  ) {}

  async connect(): Promise<void> {
    this.close()
    this.target = this.place()
    const socket = createSocket('udp4')
    socket.on('error', () => this.close())
    socket.on('message', (bytes) => this.received(bytes))
    this.socket = socket
    const answer = await this.ask(SN.CONNACK, {
      type: SN.CONNECT,
      will: false,
      cleanSession: true,
      protocolId: PROTOCOL_1_2,
      duration: KEEP_ALIVE,
      clientId: this.id
    })
    this.isConnected = answer.type === SN.CONNACK && answer.returnCode === RETURN_CODE.ACCEPTED
  }

  /** Asks for a number that stands for the topic, and publishes to that number at QoS 1. */
  async publish(topic: string, payload: string): Promise<void> {
    this.requireConnection()
    const register = { type: SN.REGISTER, topicId: 0, messageId: this.nextId(), topic }
    const named = await this.ask(SN.REGACK, register)
    if (named.type !== SN.REGACK) return
    await this.ask(SN.PUBACK, {
      type: SN.PUBLISH,
      dup: false,
      qos: 1,
      retain: false,
      topic: { kind: 'normal', id: named.topicId },
      messageId: this.nextId(),
      payload: Buffer.from(payload)
    })
  }

  async subscribe(filter: string): Promise<void> {
    this.requireConnection()
    await this.ask(SN.SUBACK, {
      type: SN.SUBSCRIBE,
      dup: false,
      qos: 1,
      messageId: this.nextId(),
      filter: { kind: 'name', name: filter }
    })
  }

  /** Tells the gateway for how many seconds the radio is off. */
  async sleep(seconds: number): Promise<void> {
    this.requireConnection()
    await this.ask(SN.DISCONNECT, { type: SN.DISCONNECT, duration: seconds })
  }

  /** Asks for what has waited; the gateway ends it with PINGRESP, and the node sleeps on. */
  async wake(): Promise<void> {
    this.requireConnection()
    await this.ask(SN.PINGRESP, { type: SN.PINGREQ, clientId: this.id })
  }

  /** Says goodbye and waits for no answer: the broker may have stopped. */
  async disconnect(): Promise<void> {
    const { socket } = this
    if (!socket) return
    const { host, port } = this.target
    await new Promise<void>((sent) => {
      socket.send(encode({ type: SN.DISCONNECT, duration: null }), port, host, () => sent())
    })
    this.close()
  }

  private close(): void {
    this.socket?.close()
    this.socket = null
    this.isConnected = false
  }

  private requireConnection(): void {
    if (!this.isConnected) throw new AppError('NOT_CONNECTED', { name: this.id })
  }

  private nextId(): number {
    return (this.lastId = (this.lastId % 0xffff) + 1)
  }

  /** Sends a message and waits for an answer of a type. Throws TIMED_OUT. */
  private ask(type: number, packet: SnPacket): Promise<SnPacket> {
    const answer = new Promise<SnPacket>((done) => (this.waiting = { type, done }))
    this.send(packet)
    return inTime(answer)
  }

  private send(packet: SnPacket): void {
    const { host, port } = this.target
    this.socket?.send(encode(packet), port, host)
  }

  private received(bytes: Buffer): void {
    const datagram = decode(bytes)
    if (!('packet' in datagram)) return
    const { packet } = datagram
    const { ACCEPTED: returnCode } = RETURN_CODE
    if (packet.type === SN.REGISTER) {
      const { topicId, messageId } = packet
      this.send({ type: SN.REGACK, topicId, messageId, returnCode })
    } else if (packet.type === SN.PUBLISH && packet.qos === 1) {
      const topicId = packet.topic.kind === 'short' ? 0 : packet.topic.id
      this.send({ type: SN.PUBACK, topicId, messageId: packet.messageId, returnCode })
    }
    if (this.waiting?.type !== packet.type) return
    const { done } = this.waiting
    this.waiting = null
    done(packet)
  }
}
