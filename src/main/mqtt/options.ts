import type { IClientOptions } from 'mqtt'
import { filled } from '../../shared/composed-properties'
import type { ConnectProperties, MqttVersion, Profile } from '../../shared/contract/profiles'
import type { PlainSecrets, ProxyAccess } from '../../shared/contract/transport'
import { inOrder, outgoingProperties } from './outgoing-properties'
import { tlsOptions } from './tls-options'
import { headersOf, pathOf } from './web-socket-request'

/** A profile's secrets in plain text. Only the connection that uses them gets them. */
export interface Secrets extends PlainSecrets {
  /** The proxy of the settings, for a profile that uses it. */
  globalProxy?: ProxyAccess | null
  /** The local broker's own connection uses this Unix socket or named pipe instead of an address. */
  pipe?: string
}

/** Whether the session outlives its connection and is resumed by the next one (MQTT 5.0, 3.1.2.4 and 3.1.2.11.2). */
export function keepsSession({ clean, version, sessionExpiry }: Profile): boolean {
  return !clean && (version !== 5 || sessionExpiry > 0)
}

/** Returns MQTT.js's options for a profile. Treetop retries and subscribes itself, so both are off here. */
export function clientOptions(profile: Profile, secrets: Secrets): IClientOptions {
  const { protocol, host, port, version, clean, username, will } = profile
  const socket = protocol === 'ws' || protocol === 'wss'
  const options: IClientOptions = {
    protocol,
    hostname: host,
    host,
    port,
    protocolVersion: version,
    protocolId: version === 3 ? 'MQIsdp' : 'MQTT',
    clientId: profile.clientId,
    clean,
    keepalive: profile.keepAlive,
    connectTimeout: profile.connectTimeout * 1_000,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    reschedulePings: true,
    // MQTT.js's debug output takes a twelfth of the time per message, and is unused.
    log: () => undefined
  }
  if (socket)
    Object.assign(options, {
      path: pathOf(profile, secrets),
      wsOptions: { headers: headersOf(profile, secrets) }
    })
  if (secrets.pipe !== undefined) Object.assign(options, { unixSocket: true, path: secrets.pipe })
  // SCRAM sends both in a way of its own (authentication.ts).
  if (profile.authentication === 'password') {
    if (username !== '') options.username = username
    // Before MQTT 5 there is no password without a user name [MQTT-3.1.2-22 of 3.1.1].
    if (typeof secrets.password === 'string' && (username !== '' || version === 5))
      Object.assign(options, { username, password: secrets.password })
  }
  if (will) options.will = willOf(will, version)
  if (version === 5)
    options.properties = {
      sessionExpiryInterval: profile.sessionExpiry,
      ...connectProperties(profile.connect)
    }
  const tls = tlsOptions(profile, secrets)
  if (tls) Object.assign(socket ? options.wsOptions! : options, tls)
  return options
}

/** The will, with its delay and its properties in MQTT 5 (3.1.3.2). */
function willOf(
  { delay, properties, payload, ...rest }: NonNullable<Profile['will']>,
  version: MqttVersion
): NonNullable<IClientOptions['will']> {
  const will = { ...rest, payload: Buffer.from(payload) }
  if (version !== 5) return will
  const sent = {
    ...(delay > 0 && { willDelayInterval: delay }),
    ...outgoingProperties(properties)?.wire
  }
  return Object.keys(sent).length > 0 ? { ...will, properties: sent } : will
}

/** What a CONNECT announces (MQTT 5.0, 3.1.2.11). What has the default is left out. */
function connectProperties({
  receiveMaximum,
  maximumPacketSize,
  topicAliasMaximum,
  requestResponseInformation,
  requestProblemInformation,
  userProperties
}: ConnectProperties): NonNullable<IClientOptions['properties']> {
  const pairs = filled(userProperties)
  return {
    ...(receiveMaximum !== null && { receiveMaximum }),
    ...(maximumPacketSize !== null && { maximumPacketSize }),
    ...(topicAliasMaximum !== null && { topicAliasMaximum }),
    ...(requestResponseInformation && { requestResponseInformation }),
    ...(!requestProblemInformation && { requestProblemInformation }),
    ...(pairs.length > 0 && { userProperties: inOrder(pairs) })
  }
}
