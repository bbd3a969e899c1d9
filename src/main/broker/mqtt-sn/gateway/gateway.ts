import { REASON_CODE } from '../../../../shared/mqtt-codes'
import type { Broker } from '../../core/broker'
import type { Clock } from '../../core/clock'
import type { ListenerPlace } from '../../core/hooks'
import { decode } from '../codec/decode'
import { enclosed, encode } from '../codec/encode'
import {
  PROTOCOL_1_2,
  RETURN_CODE,
  SN,
  WITHOUT_CONNECTION,
  type Envelope,
  type SnConnect,
  type SnPacket
} from '../codec/packet'
import { SnCounts } from './counts'
import { Memories } from './memories'
import type { SnParts } from './parts'
import { SnClient } from './sn-client'
import { WithoutConnection } from './without-connection'

/** Clients that one IP address may have, so that forged datagrams cannot take all places. */
const MOST_PER_ADDRESS = 2_000
/** Bytes of a refused datagram that are kept for the report. */
const REPORTED_BYTES = 1_024

/** Where a datagram comes from or goes to. */
export interface Place {
  /** An IP address. */
  host: string
  port: number
}

/** The network that a gateway is on. */
export interface SnNetwork {
  send(bytes: Buffer, to: Place): void
  /** Sends to everybody in the local network. */
  broadcast(bytes: Buffer): void
}

export interface GatewayOptions {
  listener: ListenerPlace
  gatewayId: number
  /** Seconds between two ADVERTISE messages; null: none. */
  advertise: number | null
  predefined: ReadonlyMap<number, string>
}

/** The sender of a datagram. */
interface Peer {
  key: string
  place: Place
  envelope: Envelope | null
}

/** An MQTT-SN 1.2 gateway into a broker: transparent, with one connection for each client (4). It does no I/O of its own. */
export class Gateway {
  readonly counts = new SnCounts()
  private readonly clients = new Map<string, SnClient>()
  private readonly clientsPerHost = new Map<string, number>()
  private readonly memories: Memories
  private readonly parts: SnParts
  private readonly withoutConnection: WithoutConnection
  private cancelAdvertising: () => void = () => undefined

  constructor(
    private readonly broker: Broker,
    private readonly clock: Clock,
    private readonly network: SnNetwork,
    private readonly options: GatewayOptions
  ) {
    this.memories = new Memories(broker.sessions, options.predefined)
    this.parts = { broker, clock, counts: this.counts, listener: options.listener }
    this.withoutConnection = new WithoutConnection(this.parts, options.predefined)
  }

  get clientCount(): number {
    return this.clients.size
  }

  /** Begins to advertise, if that is wanted (6.1). */
  start(): void {
    const { advertise: duration, gatewayId } = this.options
    if (duration === null) return
    const bytes = encode({ type: SN.ADVERTISE, gatewayId, duration })
    this.broker.hooks.datagram?.({ direction: 'out', address: 'multicast', clientId: '', bytes })
    this.network.broadcast(bytes)
    this.cancelAdvertising = this.clock.after(duration * 1_000, () => this.start())
  }

  /** Takes a datagram. Whatever it contains, nothing is thrown. */
  datagram(bytes: Buffer, place: Place): void {
    this.counts.datagramsReceived++
    this.counts.bytesReceived += bytes.length
    const read = decode(bytes)
    const peer = peerOf(place, 'fault' in read ? null : read.envelope)
    const client = this.clients.get(peer.key)
    this.broker.hooks.datagram?.({
      direction: 'in',
      address: peer.key,
      clientId: client?.clientId ?? '',
      bytes
    })
    if ('fault' in read) {
      if (!read.isVersion2) return this.drop('malformed')
      return this.refuseVersion(peer, bytes)
    }
    const { packet } = read
    if (packet.type === SN.CONNECT) return this.connect(packet, peer, bytes)
    if (packet.type === SN.PUBLISH && packet.qos === WITHOUT_CONNECTION)
      return this.withoutConnection.publish(packet)
    if (packet.type === SN.SEARCHGW)
      return this.send({ type: SN.GWINFO, gatewayId: this.options.gatewayId, address: NOTHING }, peer)
    // Those of other gateways.
    if (packet.type === SN.ADVERTISE || packet.type === SN.GWINFO) return
    if (!client) return this.stranger(packet, peer)
    if (!client.packet(packet)) this.drop('unexpected')
  }

  /** Tells its clients that it ends. */
  close(): void {
    this.cancelAdvertising()
    for (const client of [...this.clients.values()]) client.dismiss()
    this.withoutConnection.close()
  }

  private connect(connect: SnConnect, peer: Peer, bytes: Buffer): void {
    if (connect.protocolId !== PROTOCOL_1_2) {
      this.refuseVersion(peer, bytes)
      return this.send({ type: SN.CONNACK, returnCode: RETURN_CODE.NOT_SUPPORTED }, peer)
    }
    const before = this.clients.get(peer.key)
    if (before?.reconnect(connect)) return
    before?.leave()
    // MQTT-SN has no way to tell a client which id it was given (5.3.1: 1 to 23 characters).
    if (connect.clientId === '')
      return this.send({ type: SN.CONNACK, returnCode: RETURN_CODE.NOT_SUPPORTED }, peer)
    const { host } = peer.place
    const count = this.clientsPerHost.get(host) ?? 0
    if (count >= MOST_PER_ADDRESS || this.clients.size >= this.broker.limits.clients) {
      this.drop('too many clients')
      return this.send({ type: SN.CONNACK, returnCode: RETURN_CODE.CONGESTION }, peer)
    }
    this.clientsPerHost.set(host, count + 1)
    const memory = this.memories.open(connect.clientId, connect.cleanSession)
    const client = new SnClient(connect, memory, peer.key, this.parts, {
      send: (packet) => this.send(packet, peer, connect.clientId),
      gone: () => this.gone(peer)
    })
    this.clients.set(peer.key, client)
  }

  private gone({ key, place: { host } }: Peer): void {
    this.clients.delete(key)
    const left = this.clientsPerHost.get(host)! - 1
    if (left > 0) this.clientsPerHost.set(host, left)
    else this.clientsPerHost.delete(host)
  }

  /**
   * A client that the gateway does not know learns so from a DISCONNECT, the shortest message there is, so that forged datagrams are not
   * amplified. A DISCONNECT and answers get no answer, lest two gateways answer each other for ever.
   */
  private stranger({ type }: SnPacket, peer: Peer): void {
    this.drop('not connected')
    if (ofConnected.has(type)) this.send({ type: SN.DISCONNECT, duration: null }, peer)
  }

  private refuseVersion(peer: Peer, bytes: Buffer): void {
    this.drop('version')
    this.broker.report({
      at: this.clock.now(),
      clientId: '',
      address: peer.key,
      reasonCode: REASON_CODE.UNSUPPORTED_PROTOCOL_VERSION,
      reason:
        'A CONNECT of MQTT-SN 2.0 or of an unknown version. This broker speaks MQTT-SN 1.2, whose ProtocolId is 0x01 (5.3.8).',
      packet: Buffer.from(bytes.subarray(0, REPORTED_BYTES))
    })
  }

  private send(packet: SnPacket, peer: Peer, clientId = ''): void {
    const message = encode(packet)
    const bytes = peer.envelope ? enclosed(peer.envelope, message) : message
    this.counts.datagramsSent++
    this.counts.bytesSent += bytes.length
    this.broker.hooks.datagram?.({ direction: 'out', address: peer.key, clientId, bytes })
    this.network.send(bytes, peer.place)
  }

  private drop(cause: keyof SnCounts['dropped']): void {
    this.counts.dropped[cause]++
  }
}

const NOTHING = Buffer.alloc(0)

/** Messages of a client that believes to be connected. */
const ofConnected = new Set<number>([
  SN.WILLTOPIC,
  SN.WILLMSG,
  SN.REGISTER,
  SN.PUBLISH,
  SN.SUBSCRIBE,
  SN.UNSUBSCRIBE,
  SN.PINGREQ,
  SN.WILLTOPICUPD,
  SN.WILLMSGUPD
])

/** Nodes behind one forwarder are told apart by their own addresses (5.5). */
function peerOf(place: Place, envelope: Envelope | null): Peer {
  const host = place.host.includes(':') ? `[${place.host}]` : place.host
  const key = `${host}:${place.port}${envelope ? `/${envelope.node.toString('hex')}` : ''}`
  return { key, place, envelope }
}
