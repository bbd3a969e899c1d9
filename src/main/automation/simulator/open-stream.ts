import { connect as connectTcp } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import WebSocket, { createWebSocketStream } from 'ws'
import type { Profile } from '../../../shared/contract/profiles'
import { clientOptions, type Secrets } from '../../mqtt/options'
import { connectionMaker, proxiedSocket, type SocketOpener } from '../../mqtt/proxied-socket'
import { tlsOptions } from '../../mqtt/tls-options'
import { TunnelStream } from '../../mqtt/tunnel-stream'

/** Opens streams to a profile's broker, over TCP, TLS or WebSocket, with the profile's certificates and through its proxy. */
export function streamOpener(profile: Profile, secrets: Secrets): () => Duplex {
  const { host, port, protocol } = profile
  const open = proxiedSocket(profile, secrets)
  if (protocol === 'ws' || protocol === 'wss') return webSocketOpener(profile, secrets, open)
  if (open) return () => new TunnelStream(open)
  const tls = tlsOptions(profile, secrets)
  return tls ? () => connectTls({ host, port, ...tls }) : () => connectTcp({ host, port, noDelay: true })
}

function webSocketOpener(profile: Profile, secrets: Secrets, open: SocketOpener | null): () => Duplex {
  const { host, port, path, protocol, version } = profile
  const { wsOptions } = clientOptions(profile, secrets)
  const name = host.includes(':') ? `[${host}]` : host
  return () => {
    const ended = new AbortController()
    const socket = new WebSocket(
      `${protocol}://${name}:${port}${path}`,
      [version === 3 ? 'mqttv3.1' : 'mqtt'],
      {
        perMessageDeflate: false,
        ...(wsOptions as object),
        ...(open && { createConnection: connectionMaker(open, () => ended.signal) as never })
      }
    )
    const stream = createWebSocketStream(socket)
    stream.on('close', () => ended.abort())
    return stream
  }
}
