import type { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'
import { Aedes, type AedesOptions, type Client } from 'aedes'
import type { BrokerClient } from '../../shared/contract/broker'
import type { MqttVersion } from '../../shared/contract/profiles'
import { AppError } from '../../shared/errors'
import type { Qos } from '../../shared/message'
import { REASON_CODE } from '../../shared/mqtt-codes'
import { filterMatches } from '../../shared/topic'
import { guard } from './guard'
import { separateLanes } from './separate-lanes'
import { PacketIds } from './packet-ids'
import { PatientSocket, READ_AT_ONCE } from './patient-socket'

const options: AedesOptions = {
  // Part of the topics of aedes's own notices: `$SYS/treetop/new/clients`.
  id: 'treetop',
  // Number of packets that a client may send after CONNECT before it gets the CONNACK. Mosquitto has no limit; this one protects memory.
  queueLimit: 100_000,
  // MQTT 3.1 lets servers accept client ids longer than 23 characters, and tutorials use them.
  maxClientsIdLength: 65_535,
  topicAliasMaximum: 1_000,
  concurrency: 1_000
}

/** Private members of aedes, whose version is pinned because of them. */
interface ClientInside {
  subscriptions: Record<string, { qos: Qos }>
  _parser: { _queue: unknown[] | null; packet: { length: number } | null }
  disconnect(options: { reasonCode: number }, done: () => void): void
}

interface Details {
  keepAlive: number
  clean: boolean
  address: string
  connectedAt: number
  received: number
  sent: number
}

/** Message counts since the broker started, and the number of clients. */
export interface Traffic {
  received: number
  sent: number
  clients: number
}

/** The embedded broker: aedes and what it lacks. It does not listen on ports; `handle` takes any stream. */
export class Broker {
  private readonly details = new WeakMap<Client, Details>()
  private readonly clientsById = new Map<string, Client>()
  private readonly packetIds = new PacketIds()
  private received = 0
  private sent = 0

  private constructor(private readonly aedes: Aedes) {}

  static async create(): Promise<Broker> {
    const aedes = new Aedes({ ...options })
    const broker = new Broker(aedes)
    broker.wire()
    await aedes.listen()
    broker.packetIds.watch(aedes)
    return broker
  }

  /** Serves MQTT on a stream until it ends. */
  handle(stream: Duplex | PatientSocket): void {
    const client = this.aedes.handle(stream as Duplex)
    // Keyed by topic filter, so without a prototype: a filter may be `constructor`.
    inside(client).subscriptions = Object.create(null) as ClientInside['subscriptions']
    guard(client)
    if (stream instanceof PatientSocket) {
      stream.inLargePacket = () => (inside(client)._parser.packet?.length ?? 0) > READ_AT_ONCE
      stream.takenIn = () => client.closed || (inside(client)._parser._queue?.length ?? 0) === 0
    }
    const details = { keepAlive: 0, clean: true, connectedAt: Date.now(), received: 0, sent: 0 }
    this.details.set(client, {
      ...details,
      address: stream instanceof PatientSocket ? stream.farAddress : ''
    })
  }

  traffic(): Traffic {
    return { received: this.received, sent: this.sent, clients: this.clientsById.size }
  }

  clients(): BrokerClient[] {
    return [...this.clientsById].map(([id, client]) => {
      const { keepAlive, clean, address, connectedAt, received, sent } = this.details.get(client)!
      const subscriptions = Object.entries(inside(client).subscriptions).map(([filter, { qos }]) => ({
        filter,
        qos
      }))
      const version = client.version as MqttVersion
      return { id, version, address, keepAlive, clean, connectedAt, subscriptions, received, sent }
    })
  }

  /** Closes a client's connection; MQTT 5 clients get the reason "Administrative action". Throws NOT_FOUND. */
  async kick(id: string): Promise<void> {
    const client = this.clientsById.get(id)
    if (!client) throw new AppError('NOT_FOUND', { what: 'client', id })
    await new Promise<void>((resolve) =>
      inside(client).disconnect({ reasonCode: REASON_CODE.ADMINISTRATIVE_ACTION }, resolve)
    )
  }

  /** Publishes a retained message from the broker itself. */
  announce(topic: string, payload: string): void {
    const packet = {
      cmd: 'publish',
      topic,
      payload: Buffer.from(payload),
      qos: 0,
      retain: true,
      dup: false
    } as const
    this.aedes.publish(packet, () => undefined)
  }

  /** Closes all client connections. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.aedes.close(() => resolve()))
  }

  private wire(): void {
    const { aedes } = this
    separateLanes(aedes)
    // Keyed by client id, so without a prototype: an id may be `constructor` or `__proto__`.
    Object.assign(aedes, { clients: Object.create(null) as object })
    aedes.preConnect = (client, packet, done) => {
      const details = this.details.get(client)
      if (details) Object.assign(details, { keepAlive: packet.keepalive ?? 0, clean: packet.clean ?? true })
      done(null, true)
    }
    const authorizePublish = aedes.authorizePublish.bind(aedes)
    aedes.authorizePublish = (client, packet, done) => {
      // The delay concerns only the client and the broker. A PUBLISH has no such property (MQTT 5.0, 3.1.3.2).
      const properties = packet.properties as { willDelayInterval?: number } | undefined
      if (properties?.willDelayInterval !== undefined) delete properties.willDelayInterval
      authorizePublish(client, packet, done)
    }
    aedes.authorizeForward = (client, packet) => {
      // A client that has just left has no subscriptions here any more. Messages in transit to it wait in its session.
      if (client.closed) return packet
      // aedes applies the granted QoS, except to QoS 2 and to retained deliveries. Apply it here.
      if (packet.qos === 2 || packet.retain || packet.topic.startsWith('$')) {
        const granted = grantedQos(inside(client).subscriptions, packet.topic)
        if (granted === null) return null
        // The lower of the two QoS applies: [MQTT-3.8.4-8] in 5.0, 3.8.4-6 in 3.1.1.
        if (granted < packet.qos) packet.qos = granted
      }
      this.sent++
      const details = this.details.get(client)
      if (details) details.sent++
      return packet
    }
    aedes.on('publish', (_packet, client) => {
      if (!client) return
      this.received++
      const details = this.details.get(client)
      if (details) details.received++
    })
    aedes.on('client', (client) => {
      this.clientsById.set(client.id, client)
      if (!client.clean) this.packetIds.assign(client)
    })
    aedes.on('clientDisconnect', (client) => {
      if (this.clientsById.get(client.id) === client) this.clientsById.delete(client.id)
    })
    // aedes has already closed the misbehaving client; nothing else to do.
    aedes.on('clientError', () => undefined)
    aedes.on('connectionError', () => undefined)
    ;(aedes as EventEmitter).on('error', () => undefined)
  }
}

/** The highest QoS granted to a matching subscription, or null if none matches: `#` does not match `$SYS` [MQTT-4.7.2-1]. */
function grantedQos(subscriptions: ClientInside['subscriptions'], topic: string): Qos | null {
  let highest: Qos | null = null
  for (const [filter, { qos }] of Object.entries(subscriptions)) {
    if ((highest === null || qos > highest) && filterMatches(filter, topic)) highest = qos
  }
  return highest
}

function inside(client: Client): ClientInside {
  return client as unknown as ClientInside
}
