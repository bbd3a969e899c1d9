import type { Socket } from 'node:dgram'
import { once } from 'node:events'
import type { PredefinedTopic, SnListenerCounts, SnSettings } from '../../../shared/contract/mqtt-sn'
import type { Broker } from '../core/broker'
import { systemClock } from '../core/clock'
import { Gateway, type Place } from './gateway/gateway'
import { openSocket } from './open-socket'

/** The group that ADVERTISE and SEARCHGW are multicast to, as Eclipse Paho's gateway has it; they do not leave the local network. */
const GROUP = '225.1.1.1'
const MULTICAST_TTL = 1

/** Where MQTT-SN clients reach the gateway. */
export type SnListener = { kind: 'sn'; host: string; port: number } & SnSettings

/** Beside what other open listeners have, the counts. */
export interface OpenSnListener {
  readonly kind: 'sn'
  readonly host: string
  readonly port: number
  readonly isListening: boolean
  readonly connectionCount: number
  counts(): SnListenerCounts
  setCertificate(): void
  /** Neither hears nor sends anything, or does so again. */
  setAway(isAway: boolean): Promise<void>
  close(): Promise<void>
}

/** Opens a gateway at a UDP port. Throws PORT_IN_USE with the next free port, PORT_DENIED or ADDRESS_UNAVAILABLE. */
export async function listenSn(broker: Broker, listener: SnListener): Promise<OpenSnListener> {
  const { host, gatewayId, advertise, predefined } = listener
  const socket = await openSocket(host, listener.port)
  const { port } = socket.address()
  let isAway = false
  let sending = 0
  let onSent = (): void => undefined
  // A datagram that cannot be sent is lost, as any may be.
  const send = (bytes: Buffer, to: Place): void => {
    if (isAway) return
    sending++
    socket.send(bytes, to.port, to.host, () => {
      if (--sending === 0) onSent()
    })
  }
  const gateway = new Gateway(
    broker,
    systemClock,
    { send, broadcast: (bytes) => send(bytes, { host: GROUP, port }) },
    { listener: { kind: 'sn', port }, gatewayId, advertise, predefined: namesOf(predefined) }
  )
  socket.on('message', (bytes, { address, port: from }) => {
    if (!isAway) gateway.datagram(bytes, { host: address, port: from })
  })
  if (advertise !== null) joinGroup(socket, host)
  gateway.start()
  let isListening = true
  return {
    kind: 'sn',
    host,
    port,
    get isListening() {
      return isListening
    },
    get connectionCount() {
      return gateway.clientCount
    },
    counts: () => ({ host, port, clients: gateway.clientCount, ...gateway.counts }),
    setCertificate: () => undefined,
    setAway(away) {
      isAway = away
      return Promise.resolve()
    },
    async close() {
      if (!isListening) return
      isListening = false
      gateway.close()
      if (sending > 0) await new Promise<void>((sent) => (onSent = sent))
      const closed = once(socket, 'close')
      socket.close()
      await closed
    }
  }
}

function namesOf(predefined: readonly PredefinedTopic[]): ReadonlyMap<number, string> {
  return new Map(predefined.map(({ id, topic }) => [id, topic]))
}

/** Hears SEARCHGW, and sends ADVERTISE. A computer without a network has no multicast. */
function joinGroup(socket: Socket, host: string): void {
  try {
    if (host !== '0.0.0.0') socket.setMulticastInterface(host)
    socket.setMulticastTTL(MULTICAST_TTL)
    socket.addMembership(GROUP, host === '0.0.0.0' ? undefined : host)
  } catch {
    return
  }
}
