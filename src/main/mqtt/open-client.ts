import { once } from 'node:events'
import { isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import type { Profile } from '../../shared/contract/profiles'
import type { ProxyAccess } from '../../shared/contract/transport'
import { signInByScram } from './authentication'
import { clientOptions, type Secrets } from './options'
import type { StreamMaker } from './packet-tap'
import { openTunnel } from './proxy-tunnel'
import { tlsOptions } from './tls-options'
import { TunnelStream } from './tunnel-stream'

/**
 * MQTT.js's client for a profile, which has not connected yet. It goes through the profile's proxy, and signs in as the profile says. `more`
 * replaces options.
 */
export function openClient(
  profile: Profile,
  secrets: Secrets,
  more: Partial<IClientOptions> = {}
): MqttClient {
  const options = { ...clientOptions(profile, secrets), ...more, manualConnect: true }
  const proxy = proxyOf(profile, secrets)
  const client = proxy ? throughProxy(options, profile, secrets, proxy) : mqtt.connect(options)
  const { authentication, username, version } = profile
  if (authentication !== 'password' && version === 5)
    signInByScram(client, authentication, username, secrets.password ?? '')
  return client
}

function throughProxy(
  options: IClientOptions,
  profile: Profile,
  secrets: Secrets,
  proxy: ProxyAccess
): MqttClient {
  const open = (signal: AbortSignal): Promise<Socket> => openSocket(profile, secrets, proxy, signal)
  if (profile.protocol === 'ws' || profile.protocol === 'wss') return overWebSocket(options, open)
  const client = mqtt.connect(options)
  // MQTT.js takes no socket for TCP and TLS.
  makerOf(client).streamBuilder = () => new TunnelStream(open)
  return client
}

/** Has the HTTP client, which opens a WebSocket, use sockets that are opened here. */
function overWebSocket(options: IClientOptions, open: (signal: AbortSignal) => Promise<Socket>): MqttClient {
  let attempt = new AbortController()
  const createConnection = (
    _options: unknown,
    opened: (error: Error | null, socket: Socket) => void
  ): null => {
    open(attempt.signal).then(
      (socket) => opened(null, socket),
      // Node's types demand a socket even with an error.
      (error: Error) => opened(error, null as never)
    )
    return null
  }
  const client = mqtt.connect({ ...options, wsOptions: { ...options.wsOptions, createConnection } })
  const maker = makerOf(client)
  const build = maker.streamBuilder
  maker.streamBuilder = (of) => {
    const own = (attempt = new AbortController())
    const stream = build(of)
    stream.on('close', () => own.abort())
    return stream
  }
  return client
}

function makerOf(client: MqttClient): StreamMaker {
  return client as unknown as StreamMaker
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

/** Opens the way to the broker, with TLS where the profile has it. */
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
