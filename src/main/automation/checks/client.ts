import { Socket } from 'node:net'
import type {
  IClientOptions,
  IConnackPacket,
  IDisconnectPacket,
  IPublishPacket,
  MqttClient,
  Packet
} from 'mqtt'
import type { ConnectionFault } from '../../../shared/contract/connections'
import type { MqttVersion, Profile, Subscription } from '../../../shared/contract/profiles'
import { faultOf } from '../../mqtt/faults'
import { subscribeOptions } from '../../mqtt/mqttjs-packets'
import type { Secrets } from '../../mqtt/options'
import { openClient } from '../../mqtt/open-client'
import { tapPackets } from '../../mqtt/packet-tap'
import { PacketLog } from '../../packets/log'
import { userPropertiesIn } from '../../packets/user-property-order'
import { StepFailure } from './failure'
import type { Pulse } from './pulse'
import type { Received } from './received'
import { said, SaidError } from './said'

/** What is kept of the packets of a client, for the report of a failure. */
const KEPT = { packets: 2_000, bytes: 1_048_576 }
/** Messages of one client: a check that gets more is about something else. */
const MAX_MESSAGES = 100_000
/** ms within which DISCONNECT must be written. */
const END_TIMEOUT = 1_000

/** An acknowledgement with what it says. */
export interface Acknowledgement {
  packet: 'PUBACK' | 'PUBREC' | 'PUBCOMP' | 'SUBACK' | 'UNSUBACK'
  code: number
  reasonString: string | null
  /** ms since the packet was sent that it answers. */
  milliseconds: number
}

/** A PUBLISH that was sent, and what has come back. */
export interface Sent {
  /** PUBACK or PUBREC. */
  answer: Acknowledgement | null
  /** PUBACK, a refusing PUBREC, or PUBCOMP. */
  end: Acknowledgement | null
  /** Why it was not sent. */
  error: Error | null
}

/** How a connection ended. */
export type Ended =
  | { by: 'broker'; code: number; reasonString: string | null }
  | { by: 'network'; fault: ConnectionFault }
  | { by: 'check' }

export type PublishOptions = NonNullable<Parameters<MqttClient['publishAsync']>[2]>

/** A client of a check, with all messages that it got; its connections follow each other. */
export class CheckClient {
  readonly messages: Received[] = []
  readonly packets = new PacketLog(KEPT)
  connack: IConnackPacket | null = null
  /** null: the connection is up, or there was none yet. */
  ended: Ended | null = null
  isConnected = false
  version: MqttVersion = 5
  private client: MqttClient | null = null
  private said: IDisconnectPacket | null = null
  private fault: ConnectionFault | null = null
  private isEnding = false
  private readonly sent = new Map<number, { at: number; of: Sent }>()
  /** QoS 2 messages that wait for PUBREL: a repeated one is the same message. */
  private readonly pending = new Set<number>()
  private readonly aliases = new Map<number, string>()

  constructor(
    readonly name: string,
    private readonly pulse: Pulse
  ) {
    this.packets.record(true)
  }

  /** Begins a connection. `connack`, `ended` or the time tells what became of it. */
  connect(profile: Profile, secrets: Secrets, more: Partial<IClientOptions>): void {
    const { version } = profile
    Object.assign(this, { version, connack: null, ended: null, said: null, fault: null, isEnding: false })
    this.aliases.clear()
    this.sent.clear()
    if (profile.clean) this.pending.clear()
    const client = openClient(profile, secrets, more)
    this.client = client
    tapPackets(client, this.packets, version, {
      failed: (error) => (this.fault ??= faultOf(error, profile, this.isConnected)),
      isAccepted: () => this.isConnected
    })
    client.on('packetsend', (packet) => this.noteSent(packet))
    client.on('packetreceive', (packet) => this.receive(packet))
    client.on('connect', () => {
      this.isConnected = true
      this.pulse.beat()
    })
    client.on('error', (error) => {
      this.fault ??= faultOf(error, profile, this.isConnected)
      // MQTT.js goes on reading after bytes that it could not parse.
      if (this.fault.kind === 'protocol' && this.client === client) client.stream.destroy()
    })
    client.on('close', () => {
      if (this.client !== client) return
      this.isConnected = false
      this.ended ??= this.endOf()
      this.pulse.beat()
    })
    try {
      client.connect()
      // Nagle's algorithm would add up to 40 ms to what is measured.
      if (client.stream instanceof Socket) client.stream.setNoDelay(true)
    } catch (error) {
      // An unreadable certificate throws before there is a socket.
      this.ended = { by: 'network', fault: faultOf(error as Error, profile, false) }
      this.client = null
    }
  }

  /** Sends a message. What comes back is noted in the result. Throws if there is no connection. */
  publish(topic: string, payload: Buffer, options: PublishOptions): Sent {
    const client = this.up()
    const of: Sent = { answer: null, end: null, error: null }
    const at = performance.now()
    client.publish(topic, payload, options, (error) => {
      // A refusal is an answer, which is noted when it comes.
      if (error && of.answer === null && of.end === null) of.error = error
      if (options.qos === 0 && !error)
        of.end = { packet: 'PUBACK', code: 0, reasonString: null, milliseconds: performance.now() - at }
      this.pulse.beat()
    })
    const id = client.getLastMessageId()
    if (options.qos !== 0) this.sent.set(id, { at, of })
    return of
  }

  /** Sends SUBSCRIBE with one filter; resolves with the SUBACK. */
  subscribe(subscription: Subscription): Promise<Acknowledgement> {
    const client = this.up()
    const at = performance.now()
    return new Promise((resolve, reject) => {
      client.subscribe(
        subscription.filter,
        subscribeOptions({ retainAsPublished: false, ...subscription }, this.version),
        (error, _granted, packet) => {
          const suback = packet ?? (error as { packet?: typeof packet } | null)?.packet
          const code = suback?.granted[0]
          if (typeof code !== 'number') return reject(error ?? new SaidError(said('failure_suback')))
          const reasonString = suback?.properties?.reasonString ?? null
          resolve({ packet: 'SUBACK', code, reasonString, milliseconds: performance.now() - at })
        }
      )
    })
  }

  unsubscribe(filter: string): Promise<Acknowledgement> {
    const client = this.up()
    const at = performance.now()
    return new Promise((resolve, reject) => {
      client.unsubscribe(filter, (error, packet) => {
        if (error) return reject(error)
        const { granted, properties } = { ...packet } as {
          granted?: number[]
          properties?: { reasonString?: string }
        }
        const reasonString = properties?.reasonString ?? null
        resolve({
          packet: 'UNSUBACK',
          code: granted?.[0] ?? 0,
          reasonString,
          milliseconds: performance.now() - at
        })
      })
    })
  }

  /** It got more messages than are kept. */
  get isFull(): boolean {
    return this.messages.length >= MAX_MESSAGES
  }

  /** What the CONNACK says; 0: it accepts, or there is none yet. */
  get connackCode(): number {
    const { reasonCode, returnCode } = this.connack ?? {}
    return (this.version === 5 ? (reasonCode ?? returnCode) : (returnCode ?? reasonCode)) ?? 0
  }

  /** Sends PINGREQ. `pings` counts the answers, behind which everything is that the broker sent before. */
  ping(): void {
    if (this.client && this.isConnected) this.client.sendPing()
  }
  pings = 0

  /** Ends the connection: with DISCONNECT, or as a network does that fails. */
  async end(abrupt: boolean, packet: { reasonCode?: number; properties?: object } = {}): Promise<void> {
    const { client } = this
    if (!client || this.ended) return
    this.isEnding = true
    if (abrupt) {
      client.stream.destroy()
      client.end(true)
    } else
      await new Promise<void>((resolve) => {
        const late = setTimeout(() => {
          client.stream.destroy()
          resolve()
        }, END_TIMEOUT)
        client.end(!client.connected, packet as Partial<IDisconnectPacket>, () => {
          clearTimeout(late)
          resolve()
        })
      })
    this.isConnected = false
    this.ended ??= { by: 'check' }
  }

  private up(): MqttClient {
    if (!this.client || !this.isConnected)
      throw new StepFailure(said('failure_not_connected', { client: this.name }))
    return this.client
  }

  private endOf(): Ended {
    if (this.said) {
      const { reasonCode = 0, properties } = this.said
      return { by: 'broker', code: reasonCode, reasonString: properties?.reasonString ?? null }
    }
    if (this.isEnding) return { by: 'check' }
    return { by: 'network', fault: this.fault ?? { kind: 'closed', beforeConnack: this.connack === null } }
  }

  private noteSent(packet: Packet): void {
    if (packet.cmd !== 'publish' || packet.qos === 0) return
    const known = this.sent.get(packet.messageId ?? 0)
    if (known) known.at = performance.now()
  }

  private receive(packet: Packet): void {
    const { cmd } = packet
    if (cmd === 'connack') this.connack = packet
    else if (cmd === 'disconnect') this.said = packet
    else if (cmd === 'pingresp') this.pings++
    else if (cmd === 'publish') this.take(packet)
    else if (cmd === 'pubrel') this.pending.delete(packet.messageId ?? 0)
    else if (cmd === 'puback' || cmd === 'pubrec' || cmd === 'pubcomp') this.acknowledged(cmd, packet)
    this.pulse.beat()
  }

  private acknowledged(
    cmd: 'puback' | 'pubrec' | 'pubcomp',
    packet: { messageId?: number; reasonCode?: number; properties?: { reasonString?: string } }
  ): void {
    const known = this.sent.get(packet.messageId ?? 0)
    if (!known) return
    const code = packet.reasonCode ?? 0
    const acknowledgement: Acknowledgement = {
      packet: cmd.toUpperCase() as Acknowledgement['packet'],
      code,
      reasonString: packet.properties?.reasonString ?? null,
      milliseconds: performance.now() - known.at
    }
    if (cmd !== 'pubcomp') known.of.answer = acknowledgement
    if (cmd === 'pubrec' && code < 0x80) return
    known.of.end = acknowledgement
    this.sent.delete(packet.messageId ?? 0)
  }

  private take(packet: IPublishPacket): void {
    const {
      qos,
      retain,
      dup,
      messageId = 0,
      properties: { userProperties: _grouped, ...properties } = {}
    } = packet
    const alias = properties.topicAlias
    // An alias alone stands for the topic that it came with before (MQTT 5.0, 3.3.2.3.4).
    const topic = packet.topic === '' && alias !== undefined ? (this.aliases.get(alias) ?? '') : packet.topic
    if (alias !== undefined) this.aliases.set(alias, topic)
    if (qos === 2) {
      if (this.pending.has(messageId)) return
      this.pending.add(messageId)
    }
    if (this.isFull) return
    const payload = Buffer.from(packet.payload as Buffer)
    const at = Math.round((performance.timeOrigin + performance.now()) * 1_000)
    this.messages.push({
      ...{ client: this.name, topic, payload, qos, retain, dup, properties, at, isClaimed: false },
      userProperties: userPropertiesIn(packet)
    })
  }
}
