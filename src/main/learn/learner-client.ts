import mqtt, { type MqttClient } from 'mqtt'
import { AppError } from '../../shared/errors'
import type { Qos } from '../../shared/message'
import { markRepeats } from '../mqtt/mark-repeats'

/** ms within which a connection is accepted or refused, or a subscription answered. */
const PATIENCE = 5_000

/** How a client connects. */
export interface ClientPlan {
  /** The session ends with the connection. */
  clean: boolean
  /** Seconds. */
  keepAlive: number
  will?: { topic: string; payload: string }
}

export interface LearnerMessage {
  topic: string
  payload: string
  qos: Qos
  retain?: boolean
}

/** One of the learner's clients: MQTT.js over a real socket, at MQTT 3.1.1. It never connects by itself. */
export class LearnerClient {
  /** It was told to send nothing any more. */
  isSilent = false
  private client: MqttClient | null = null

  constructor(
    readonly id: string,
    private readonly plan: ClientPlan,
    private readonly place: () => { host: string; port: number }
  ) {}

  get isConnected(): boolean {
    return this.client?.connected ?? false
  }

  /** Connects anew. What was not acknowledged before is forgotten. Resolves once the broker has answered, whatever it said. */
  async connect(): Promise<void> {
    if (this.isConnected) return
    const { clean, keepAlive, will } = this.plan
    this.client?.removeAllListeners().on('error', () => undefined)
    this.client = mqtt.connect({
      ...this.place(),
      clientId: this.id,
      protocolVersion: 4,
      clean,
      keepalive: keepAlive,
      reconnectPeriod: 0,
      resubscribe: false,
      connectTimeout: PATIENCE,
      manualConnect: true,
      ...(will && { will: { ...will, payload: Buffer.from(will.payload), qos: 1 as const, retain: false } })
    })
    // The trace at the broker tells what happened.
    this.client.on('error', () => undefined)
    markRepeats(this.client)
    this.isSilent = false
    const answered = this.answered(this.client)
    this.client.connect()
    await answered
  }

  /** Cuts the connection and connects again with the same session, so that unacknowledged messages are sent again. */
  async reconnect(): Promise<void> {
    const client = this.online()
    await this.cut()
    const answered = this.answered(client)
    const { incomingStore, outgoingStore } = client
    client.reconnect({ incomingStore, outgoingStore })
    await answered
  }

  /** Says goodbye with DISCONNECT. */
  async disconnect(): Promise<void> {
    if (!this.client) return
    const { client } = this
    this.client = null
    const late = new Promise((resolve) => setTimeout(resolve, 1_000).unref())
    await Promise.race([client.endAsync(!client.connected).catch(() => undefined), late])
    // Also if the broker took too long.
    ;(client.stream as typeof client.stream | undefined)?.destroy()
  }

  /** Ends the connection without DISCONNECT, as a lost network does. */
  async cut(): Promise<void> {
    const client = this.online()
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()))
    client.stream.destroy()
    await closed
  }

  /** Sends nothing any more, not even PINGREQ, with the connection left open. */
  silence(): void {
    this.online().keepaliveManager.destroy()
    this.isSilent = true
  }

  async subscribe(filter: string, qos: Qos): Promise<void> {
    const asked = this.online().subscribeAsync(filter, { qos })
    // A refusal is in the trace.
    await inTime(asked.catch(() => undefined))
  }

  /** Does not wait for acknowledgements: a lesson may lose them. */
  publish({ topic, payload, qos, retain = false }: LearnerMessage): void {
    this.online().publish(topic, payload, { qos, retain }, () => undefined)
  }

  private online(): MqttClient {
    if (!this.client?.connected || this.isSilent) throw new AppError('NOT_CONNECTED', { name: this.id })
    return this.client
  }

  private answered(client: MqttClient): Promise<void> {
    return inTime(
      new Promise<void>((resolve) => {
        client.once('connect', () => resolve())
        client.once('close', () => resolve())
      })
    )
  }
}

/** Throws TIMED_OUT. */
export async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new AppError('TIMED_OUT', { milliseconds: PATIENCE })), PATIENCE)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
