import type { MessageProperties, Qos } from '../../../shared/message'
import type { MqttVersion, Profile, Protocol } from '../../../shared/contract/profiles'

/** The broker that generated code connects to: the settings of a profile without its secrets. */
export interface CodeBroker {
  host: string
  port: number
  protocol: Protocol
  /** HTTP path of ws and wss. */
  path: string
  version: MqttVersion
  username: string
  /** Whether the profile has a CA, whether it has a client certificate, and whether the broker's certificate is verified. */
  tls: { ca: boolean; cert: boolean; verify: boolean }
}

/** The part of a profile that generated code needs. */
export function codeBrokerOf(profile: Profile): CodeBroker {
  const { host, port, protocol, path, version, username, tls } = profile
  const { ca, cert, verify } = tls
  return { host, port, protocol, path, version, username, tls: { ca: ca !== '', cert: cert !== '', verify } }
}

/** The message that generated code publishes. Subscribing code needs only its topic and QoS. */
export interface CodeMessage {
  topic: string
  payload: Uint8Array
  qos: Qos
  retain: boolean
  properties: MessageProperties | null
}

/** Payloads of more bytes are read from a file, since a command line cannot hold them. */
const MAX_INLINE = 60_000
/** The file that generated code reads longer payloads from. */
export const PAYLOAD_FILE = 'payload.bin'
/** The environment variable that generated code reads the password from. The password itself is never written. */
export const PASSWORD_VARIABLE = 'MQTT_PASSWORD'

/** How generated code contains a payload: as text, as Base64, or by reading a file that the user saved. */
export type CodePayload =
  { kind: 'text'; text: string } | { kind: 'base64'; base64: string } | { kind: 'file' } | { kind: 'empty' }

export function codePayload(payload: Uint8Array): CodePayload {
  if (payload.length === 0) return { kind: 'empty' }
  if (payload.length > MAX_INLINE) return { kind: 'file' }
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload)
    // A shell argument cannot contain the null character.
    if (!text.includes('\0')) return { kind: 'text', text }
  } catch {
    // Not text.
  }
  let characters = ''
  for (const byte of payload) characters += String.fromCharCode(byte)
  return { kind: 'base64', base64: btoa(characters) }
}

export function isSecure({ protocol }: CodeBroker): boolean {
  return protocol === 'mqtts' || protocol === 'wss'
}

export function isWebSocket({ protocol }: CodeBroker): boolean {
  return protocol === 'ws' || protocol === 'wss'
}
