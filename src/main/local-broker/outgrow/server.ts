import type { ExportNote, StoredAccess } from '../../../shared/contract/access'
import type { BrokerLimits, BrokerListener, ListenerKind } from '../../../shared/contract/broker'
import type { BridgeNote, ServerKind } from '../../../shared/contract/left-behind'

/** A listener that servers have, too. */
export type ServerListener = BrokerListener & { kind: Exclude<ListenerKind, 'sn'> }

/** What a server takes over. */
export interface ServerInput {
  listeners: ServerListener[]
  /** Ports of MQTT-SN listeners. */
  mqttSn: number[]
  limits: BrokerLimits
  access: StoredAccess
  /** PEM; null: no listener needs it. */
  certificate: { cert: string; key: string } | null
  bridges: ServerBridges
}

/** The bridges, as this server has them. */
export interface ServerBridges {
  /** For its main configuration file. */
  lines: string[]
  files: ServerFile[]
  notes: BridgeNote[]
}

/** Gives the bridges for a kind of server. */
export type Bridges = (server: ServerKind) => ServerBridges

export interface ServerFile {
  /** Relative to the folder. */
  path: string
  text: string
  /** Only its owner may read it. */
  isSecret?: boolean
}

/** The files for a server, and what they cannot say of users and rules. */
export interface Server {
  files: ServerFile[]
  notes: ExportNote[]
}

/** Says how to use the folder. `start` is the command without Docker; null: there is none. */
export function readme(name: string, start: string | null): ServerFile {
  const text = `# ${name} in place of Treetop's local broker

1. Copy this folder to the server.
2. Start ${name} there: \`docker compose up -d\`${start === null ? '' : ` or, without Docker, \`${start}\``}
3. Publish the retained messages, as a user that may publish all of them:
   \`MQTT_HOST=localhost MQTT_USER=name MQTT_PASSWORD=secret sh retained.sh\`

The folder contains hashes of passwords, and may contain a private key: keep it to yourself.
`
  return { path: 'README.md', text }
}

/** Where the certificate is, in the folder. */
export const CERTIFICATE = { cert: 'certs/server.pem', key: 'certs/server-key.pem' }

export function certificateFiles({ certificate }: ServerInput): ServerFile[] {
  if (certificate === null) return []
  return [
    { path: CERTIFICATE.cert, text: certificate.cert },
    { path: CERTIFICATE.key, text: certificate.key, isSecret: true }
  ]
}

/** Lines of a compose.yaml that publish the listeners' ports. What was for this computer only stays so. */
export function portLines(listeners: BrokerListener[]): string[] {
  return listeners.map(
    ({ host, port }) => `      - "${host === '127.0.0.1' ? '127.0.0.1:' : ''}${port}:${port}"`
  )
}

/** Whether clients' user names have to be looked up. */
export function needsUsers({ anonymous, users }: StoredAccess): boolean {
  return !anonymous || users.length > 0
}
