import type { MessageProperties, Qos } from '../../../shared/message'
import type { MqttVersion, Profile, Protocol } from '../../../shared/contract/profiles'

/** The broker that code is to connect to, as a profile has it, without its secrets. */
export interface CodeBroker {
  host: string
  port: number
  protocol: Protocol
  /** HTTP path of ws and wss. */
  path: string
  version: MqttVersion
  username: string
  /** Whether the profile brings certificates of its own, and whether the broker's is checked. */
  tls: { ca: boolean; cert: boolean; verify: boolean }
}

/** What code needs of a profile. */
export function codeBrokerOf(profile: Profile): CodeBroker {
  const { host, port, protocol, path, version, username, tls } = profile
  const { ca, cert, verify } = tls
  return { host, port, protocol, path, version, username, tls: { ca: ca !== '', cert: cert !== '', verify } }
}

/** The message that code is to publish; what subscribes needs its topic and QoS only. */
export interface CodeMessage {
  topic: string
  payload: Uint8Array
  qos: Qos
  retain: boolean
  properties: MessageProperties | null
}

/** Payloads beyond this many bytes are read from a file: a command line cannot hold them. */
const MAX_INLINE = 60_000
/** The file that longer payloads are read from. */
export const PAYLOAD_FILE = 'payload.bin'
/** The variable that code takes the password from: it is never written out. */
export const PASSWORD_VARIABLE = 'MQTT_PASSWORD'

/** How a payload goes into code: as text, as Base64, or from a file that it was saved to. */
export type CodePayload =
  { kind: 'text'; text: string } | { kind: 'base64'; base64: string } | { kind: 'file' } | { kind: 'empty' }

export function codePayload(payload: Uint8Array): CodePayload {
  if (payload.length === 0) return { kind: 'empty' }
  if (payload.length > MAX_INLINE) return { kind: 'file' }
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload)
    // A shell's argument cannot hold the null character.
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

/** A list of what is repeated in MQTT 5: a user property's name with each of its values. */
export function userPropertiesOf(properties: MessageProperties | null): [string, string][] {
  return Object.entries(properties?.userProperties ?? {}).flatMap(([name, value]) =>
    [value].flat().map((each): [string, string] => [name, each])
  )
}
