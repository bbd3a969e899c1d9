import { connect as connectTcp } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import WebSocket, { createWebSocketStream } from 'ws'
import type { Profile } from '../../../shared/contract/profiles'
import { clientOptions, type Secrets } from '../../mqtt/options'

/** Opens streams to a profile's broker, over TCP, TLS or WebSocket, with the profile's certificates. */
export function streamOpener(profile: Profile, secrets: Secrets): () => Duplex {
  const { host, port, path, protocol } = profile
  const { wsOptions, ...options } = clientOptions(profile, secrets)
  switch (protocol) {
    case 'mqtt':
      return () => connectTcp({ host, port, noDelay: true })
    case 'mqtts': {
      const { ca, cert, key, rejectUnauthorized, ALPNProtocols } = options
      const { servername } = options as { servername?: string }
      const secure = { ca, cert, key, rejectUnauthorized, ALPNProtocols, servername }
      const given = Object.fromEntries(Object.entries(secure).filter(([, value]) => value !== undefined))
      return () => connectTls({ host, port, ...given })
    }
    case 'ws':
    case 'wss':
      return () => {
        const name = host.includes(':') ? `[${host}]` : host
        const subprotocol = profile.version === 3 ? 'mqttv3.1' : 'mqtt'
        const socket = new WebSocket(`${protocol}://${name}:${port}${path}`, [subprotocol], {
          perMessageDeflate: false,
          ...(wsOptions as object)
        })
        return createWebSocketStream(socket)
      }
  }
}
