import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import type { Profile } from '../../shared/contract/profiles'
import { signInByScram } from './authentication'
import { clientOptions, type Secrets } from './options'
import type { StreamMaker } from './packet-tap'
import { connectionMaker, proxiedSocket, type SocketOpener } from './proxied-socket'
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
  const open = proxiedSocket(profile, secrets)
  const client = open ? throughProxy(options, profile, open) : mqtt.connect(options)
  const { authentication, username, version } = profile
  if (authentication !== 'password' && version === 5)
    signInByScram(client, authentication, username, secrets.password ?? '')
  return client
}

function throughProxy(options: IClientOptions, profile: Profile, open: SocketOpener): MqttClient {
  if (profile.protocol === 'ws' || profile.protocol === 'wss') return overWebSocket(options, open)
  const client = mqtt.connect(options)
  // MQTT.js takes no socket for TCP and TLS.
  makerOf(client).streamBuilder = () => new TunnelStream(open)
  return client
}

function overWebSocket(options: IClientOptions, open: SocketOpener): MqttClient {
  let attempt = new AbortController()
  const createConnection = connectionMaker(open, () => attempt.signal)
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
