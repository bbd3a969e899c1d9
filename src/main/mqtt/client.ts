import type { IClientPublishOptions, IPublishPacket, MqttClient, Packet } from 'mqtt'
import type { Connack, ConnectionFault, SubscriptionState, Unsuback } from '../../shared/contract/connections'
import type { PublishResult } from '../../shared/contract/messages'
import type { MqttVersion, Profile, Subscription } from '../../shared/contract/profiles'
import { AppError } from '../../shared/errors'
import type { Qos } from '../../shared/message'
import { REASON_CODE } from '../../shared/mqtt-codes'
import { bridge, type Bridging, type Carried } from './bridging'
import { checkLimits } from './connack-limits'
import { faultOf } from './faults'
import { inTime } from './in-time'
import { malformation } from './malformed'
import { openClient } from './open-client'
import type { Secrets } from './options'
import { markRepeats } from './mark-repeats'
import { arrivalOf, connackOf, refusalOf, subscribeOptions, unsubackOf } from './mqttjs-packets'
import { republished, type OutgoingProperties } from './outgoing-properties'
import { tapPackets } from './packet-tap'
import { omitUsername } from './password-only'
import { SendQuota } from './send-quota'
import { sendAliases } from './topic-aliases'
import type { PacketLog } from '../packets/log'
import type { Gate, Recipient } from '../recorder/recorder'

export interface ClientEvents {
  online(connack: Connack): void
  /** The connection ended, or the attempt failed. Called once per attempt. */
  lost(fault: ConnectionFault): void
}

/** One network connection after another to one broker, over MQTT.js. The caller is responsible for retrying. */
export class Client {
  private readonly client: MqttClient
  private fault: ConnectionFault | null = null
  private connack: Connack | null = null
  private readonly quota = new SendQuota()
  private trying = false
  /** Reason codes of PUBACK and PUBREC by packet id, which MQTT.js does not expose. */
  private readonly reasons = new Map<number, number>()

  constructor(
    private readonly profile: Profile,
    secrets: Secrets,
    private readonly recorder: Recipient,
    packets: PacketLog,
    private readonly events: ClientEvents,
    private readonly bridging: Bridging | null = null
  ) {
    this.client = openClient(profile, secrets)
    if (bridging) bridge(this.client, bridging)
    markRepeats(this.client)
    sendAliases(this.client)
    tapPackets(this.client, packets, profile.version, {
      failed: (error) => this.failed(error),
      isAccepted: () => this.connack !== null
    })
    const { username, password } = this.client.options
    if (username === '' && typeof password === 'string') omitUsername(this.client, password)
    this.listen()
  }

  get version(): MqttVersion {
    return this.profile.version
  }

  /** How many QoS 1 and 2 messages may be unacknowledged at once. */
  get receiveMaximum(): number {
    return this.quota.maximum
  }

  /** Tries to connect; `online` or `lost` reports the result. */
  connect(): void {
    this.fault = null
    this.connack = null
    this.trying = true
    // The stores hold sent messages that are not acknowledged. The next connection takes them over.
    const { incomingStore, outgoingStore } = this.client
    try {
      this.client.reconnect({ incomingStore, outgoingStore })
    } catch (error) {
      // An unreadable certificate or key throws before there is a socket.
      this.trying = false
      this.events.lost(faultOf(error as Error, this.profile, false))
    }
  }

  /** Writes all received messages to disk, then ends the connection, with DISCONNECT if it is up. */
  async end(): Promise<void> {
    this.trying = false
    this.recorder.flush()
    // Without a socket, MQTT.js's `end` would fail.
    if (!(this.client.stream as MqttClient['stream'] | undefined)) return
    await new Promise<void>((resolve) => {
      const late = setTimeout(() => this.client.end(true, () => resolve()), 1_000)
      this.client.end(!this.client.connected, () => {
        clearTimeout(late)
        resolve()
      })
    })
  }

  /** Sends one SUBSCRIBE for one filter and returns the code of the SUBACK (MQTT 3.1.1, 3.9.3; MQTT 5.0, 3.9.3). Throws NOT_CONNECTED. */
  async subscribe(subscription: Subscription): Promise<SubscriptionState> {
    const { qos: requested, ...rest } = subscription
    const { filter } = rest
    const state = { ...rest, requested }
    // Sent anyway, it would be a protocol error that ends the connection (MQTT 5.0, 3.2.2.3.12).
    if (rest.identifier !== undefined && this.connack?.subscriptionIdentifiers === false)
      return { ...state, code: REASON_CODE.IDENTIFIERS_NOT_SUPPORTED, reasonString: null }
    const own = this.bridging && { nl: true, rap: true, rh: this.bridging.retainHandling(filter) }
    const options = subscribeOptions(subscription, this.version, own ?? {})
    return new Promise((resolve, reject) => {
      this.client.subscribe(filter, options, (error, _granted, packet) => {
        const suback = packet ?? (error as { packet?: typeof packet } | null)?.packet
        const code = suback?.granted[0]
        if (typeof code === 'number') {
          resolve({ ...state, code, reasonString: suback?.properties?.reasonString ?? null })
        } else
          reject(this.client.connected ? (error ?? new Error('SUBACK without a code')) : this.notConnected())
      })
    })
  }

  /** Sends one UNSUBSCRIBE for one filter. Throws NOT_CONNECTED. */
  async unsubscribe(filter: string): Promise<Unsuback> {
    return new Promise((resolve, reject) => {
      this.client.unsubscribe(filter, (error, packet) => {
        if (error) reject(this.client.connected ? error : this.notConnected())
        else resolve(unsubackOf(packet))
      })
    })
  }

  /** Sends PINGREQ and waits for PINGRESP, behind everything the broker sent before. Never settles if the connection is lost. */
  async ping(): Promise<void> {
    await new Promise<void>((resolve) => {
      if (!this.client.connected) return
      const heard = (packet: { cmd: string }): void => {
        if (packet.cmd !== 'pingresp') return
        this.client.off('packetreceive', heard)
        resolve()
      }
      this.client.on('packetreceive', heard)
      this.client.sendPing()
    })
  }

  /**
   * Publishes and waits for the acknowledgement that the QoS requires; if `isPatient`, as long as it takes, over reconnections.
   * Throws NOT_CONNECTED, PUBLISH_REFUSED, TIMED_OUT, and what `checkLimits` throws.
   */
  async publish(
    topic: string,
    payload: Buffer,
    qos: Qos,
    retain: boolean,
    composed: OutgoingProperties | null = null,
    isPatient = false
  ): Promise<PublishResult> {
    const properties = this.version === 5 ? composed : null
    const message = { topic, payload, qos, retain, properties: properties?.recorded ?? null }
    this.check(message)
    const started = performance.now()
    const turn = qos > 0 ? this.quota.take(isPatient) : null
    if (turn) await turn
    this.recorder.outgoing(message)
    const sending = this.send(topic, payload, qos, retain, properties)
    const settled = (): void => this.quota.give()
    if (qos > 0) sending.then(settled, settled)
    const { packetId, reasonCode } = await (isPatient && qos > 0 ? sending : inTime(sending))
    // Before MQTT 5, nothing else reports that the broker retains it.
    if (retain) this.recorder.noteRetained(topic, payload.length > 0 ? Math.floor(Date.now() / 1_000) : 0)
    return {
      outcome: qos === 0 ? 'sent' : qos === 1 ? 'puback' : 'pubcomp',
      packetId,
      milliseconds: performance.now() - started,
      reasonCode,
      size: payload.length
    }
  }

  /**
   * Publishes what a bridge carries: waits for the acknowledgement as long as it takes, over reconnections. Throws NOT_CONNECTED,
   * PAYLOAD_TOO_LARGE or PUBLISH_REFUSED. A QoS and a retain flag that the broker does not support are lowered.
   */
  async carry({ topic, payload, qos, retain, properties }: Carried): Promise<void> {
    const { maximumQos = 2, retainAvailable = true } = this.connack ?? {}
    const lowered = qos > maximumQos ? maximumQos : qos
    const sent = this.version === 5 && properties ? republished(properties) : null
    const kept = retain && retainAvailable
    this.check({ topic, payload, qos: lowered, retain: kept, properties: sent?.recorded ?? null })
    await this.send(topic, payload, lowered, kept, sent)
  }

  private async send(
    topic: string,
    payload: Buffer,
    qos: Qos,
    retain: boolean,
    properties: OutgoingProperties | null
  ): Promise<{ packetId: number | null; reasonCode: number | null }> {
    const options: IClientPublishOptions = { qos, retain, ...(properties && { properties: properties.wire }) }
    return new Promise((resolve, reject) => {
      this.client.publish(topic, payload, options, (error, packet) => {
        const reason = (error as { code?: unknown } | undefined)?.code
        if (error) {
          const refused = typeof reason === 'number' && reason >= 0x80
          reject(
            refused
              ? new AppError('PUBLISH_REFUSED', { reasonCode: reason, reasonString: null })
              : this.notConnected()
          )
          return
        }
        const packetId = qos === 0 ? null : (packet?.messageId ?? null)
        const reasonCode = packetId === null ? null : (this.reasons.get(packetId) ?? null)
        if (packetId !== null) this.reasons.delete(packetId)
        resolve({ packetId, reasonCode })
      })
    })
  }

  /** Throws NOT_CONNECTED, and what `checkLimits` throws. */
  private check(message: Parameters<typeof checkLimits>[1]): void {
    if (!this.connack || !this.client.connected) throw this.notConnected()
    checkLimits(this.connack, message)
  }

  private notConnected(): AppError {
    return new AppError('NOT_CONNECTED', { name: this.profile.name })
  }

  private listen(): void {
    const { client, recorder } = this
    client.on('connect', (packet) => {
      this.quota.maximum = packet.properties?.receiveMaximum ?? 65_535
      this.connack = connackOf(packet, this.profile, client.options.clientId ?? '')
      if (!packet.sessionPresent) recorder.sessionLost()
      this.events.online(this.connack)
    })
    client.on('message', (topic, payload, packet) => {
      if (packet.qos === 0) recorder.atMostOnce(arrivalOf(topic, payload, packet))
    })
    // Assigned after `connect()`: MQTT.js replaces it if it is passed as an option, unless the version is 5. `message` would be too late:
    // the PUBREC is sent before anything could be committed.
    client.options.customHandleAcks = (
      topic: string,
      payload: Buffer,
      packet: IPublishPacket,
      done: (code: number) => void
    ) => {
      const arrival = arrivalOf(topic, payload, packet)
      if (packet.qos === 1) recorder.atLeastOnce(arrival, this.gate(), packet.messageId ?? 0)
      else recorder.exactlyOnce(arrival, packet.messageId ?? 0, this.gate())
      done(0)
    }
    client.on('packetreceive', (packet) => {
      const fault = malformation(packet)
      if (fault !== null) return this.reject(packet, fault)
      if (packet.cmd === 'pubrel') recorder.released(packet.messageId ?? 0, this.gate())
      if ((packet.cmd === 'puback' || packet.cmd === 'pubrec') && packet.reasonCode !== undefined) {
        this.reasons.set(packet.messageId ?? 0, packet.reasonCode)
      }
      if (packet.cmd === 'connack') this.fault = refusalOf(packet, this.version) ?? this.fault
    })
    client.on('disconnect', (packet) => {
      const reasonString = packet.properties?.reasonString ?? null
      this.fault = { kind: 'disconnect', code: packet.reasonCode ?? 0, reasonString }
    })
    client.on('error', (error) => {
      this.failed(error)
      // MQTT.js continues reading after bytes that it could not parse.
      if (this.fault?.kind === 'protocol') client.stream.destroy()
    })
    client.on('close', () => {
      if (!this.trying) return
      this.trying = false
      const beforeConnack = this.connack === null
      this.connack = null
      this.quota.lost(this.notConnected())
      this.events.lost(this.fault ?? { kind: 'closed', beforeConnack })
    })
  }

  /** Ends the connection because of a malformed packet (MQTT 5.0, 4.13.1). MQTT.js passes over packets of a type that it does not know. */
  private reject(packet: Packet, message: string): void {
    Object.assign(packet, { cmd: 'malformed' })
    this.fault ??= { kind: 'protocol', message }
    this.client.stream.destroy()
  }

  /** Records why the connection fails; the first error counts. */
  private failed(error: Error): void {
    this.fault ??= faultOf(error, this.profile, this.connack !== null)
  }

  private gate(): Gate {
    return this.client.stream
  }
}
