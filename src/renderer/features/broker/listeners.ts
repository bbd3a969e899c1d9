import type { Settings } from '../../../shared/contract/app'
import type { BrokerListener, ListenerKind } from '../../../shared/contract/broker'
import { needSamePort } from '../../../shared/same-port'

/** The port that a new listener of a kind gets, unless another listener has it. TCP's default port is the main listener's. */
const usualPorts: Record<ListenerKind, number> = { tcp: 1884, tls: 8883, ws: 9001, wss: 9002, sn: 1884 }

const schemes: Record<ListenerKind, string> = {
  tcp: 'mqtt',
  tls: 'mqtts',
  ws: 'ws',
  wss: 'wss',
  sn: 'mqtt-sn'
}

/** Path that clients customarily ask for. The broker accepts any. */
const WEBSOCKET_PATH = '/mqtt'

export function isTls({ kind }: Pick<BrokerListener, 'kind'>): boolean {
  return kind === 'tls' || kind === 'wss'
}

export function isWebSocket({ kind }: Pick<BrokerListener, 'kind'>): boolean {
  return kind === 'ws' || kind === 'wss'
}

/** Every listener in the settings, the main one first. */
export function listenersOf(
  settings: Pick<Settings, 'brokerHost' | 'brokerPort' | 'brokerListeners'>
): BrokerListener[] {
  const { brokerHost: host, brokerPort: port, brokerListeners } = settings
  return [{ kind: 'tcp', host, port }, ...brokerListeners]
}

/** The first port from the listener's on that no other has. */
export function freePortFrom(
  { kind, port }: Pick<BrokerListener, 'kind' | 'port'>,
  others: readonly BrokerListener[]
): number {
  let free = port
  while (others.some((other) => needSamePort(other, { kind, port: free }))) free++
  return free
}

/** A listener for this computer only, at the usual port of its kind or at the next free one. */
export function newListener(kind: ListenerKind, listeners: readonly BrokerListener[]): BrokerListener {
  return { kind, host: '127.0.0.1', port: freePortFrom({ kind, port: usualPorts[kind] }, listeners) }
}

/** The listener as another kind. A port that is usual for the old kind becomes the usual one of the new kind. */
export function withKind(
  listener: BrokerListener,
  kind: ListenerKind,
  others: readonly BrokerListener[]
): BrokerListener {
  if (listener.port !== usualPorts[listener.kind]) return { ...listener, kind }
  return { ...listener, kind, port: newListener(kind, others).port }
}

/** Where clients on this computer reach a host that is listened on: all interfaces include loopback. */
export function reachableHost(host: string): string {
  return host === '0.0.0.0' ? '127.0.0.1' : host
}

/** A listener's address as clients write it, such as `wss://127.0.0.1:9002/mqtt`. */
export function addressOf(listener: { kind: ListenerKind; host: string; port: number }): string {
  const path = isWebSocket(listener) ? WEBSOCKET_PATH : ''
  return `${schemes[listener.kind]}://${reachableHost(listener.host)}:${listener.port}${path}`
}
