import { once } from 'node:events'
import { isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Profile } from '../../shared/contract/profiles'
import type { ProxyAccess } from '../../shared/contract/transport'
import type { Secrets } from './options'
import { openTunnel } from './proxy-tunnel'
import { tlsOptions } from './tls-options'

/** Opens a socket, and gives it up when the signal aborts. */
export type SocketOpener = (signal: AbortSignal) => Promise<Socket>

/** Opens the way to a profile's broker through its proxy, with TLS where the profile has it; null: it has no proxy. */
export function proxiedSocket(profile: Profile, secrets: Secrets): SocketOpener | null {
  const proxy = proxyOf(profile, secrets)
  return proxy && ((signal) => openSocket(profile, secrets, proxy, signal))
}

/** Has Node's HTTP client, which opens a WebSocket, use sockets that are opened here. */
export function connectionMaker(open: SocketOpener, signal: () => AbortSignal) {
  return (_options: unknown, opened: (error: Error | null, socket: Socket) => void): null => {
    open(signal()).then(
      (socket) => opened(null, socket),
      // Node's types demand a socket even with an error.
      (error: Error) => opened(error, null as never)
    )
    return null
  }
}

/** The proxy that a profile's connection goes through; null: none. The one of the settings is not asked for this computer itself. */
export function proxyOf({ host, proxy }: Profile, secrets: Secrets): ProxyAccess | null {
  if (secrets.pipe !== undefined) return null
  switch (proxy.use) {
    case 'none':
      return null
    case 'own':
      return { ...proxy.server, password: secrets.proxyPassword ?? null }
    case 'settings':
      return isLoopback(host) ? null : (secrets.globalProxy ?? null)
  }
}

function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1')
  if (isIP(name) === 4) return name.startsWith('127.')
  return name === '::1' || name === 'localhost' || name.endsWith('.localhost')
}

async function openSocket(
  profile: Profile,
  secrets: Secrets,
  proxy: ProxyAccess,
  signal: AbortSignal
): Promise<Socket> {
  const { host, port, connectTimeout } = profile
  const socket = await openTunnel(proxy, { host, port }, { milliseconds: connectTimeout * 1_000, signal })
  const tls = tlsOptions(profile, secrets)
  if (!tls) return socket
  try {
    const secured = connectTls({ socket, host, ...tls })
    // Without a listener, an error after an abort would end the process.
    secured.on('error', () => undefined)
    await once(secured, 'secureConnect', { signal })
    return secured
  } catch (error) {
    socket.destroy()
    throw error
  }
}
