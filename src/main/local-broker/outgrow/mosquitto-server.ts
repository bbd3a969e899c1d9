import { writeAclFile, writePasswordFile } from '../mosquitto/write-files'
import {
  CERTIFICATE,
  certificateFiles,
  needsUsers,
  portLines,
  readme,
  type Server,
  type ServerInput
} from './server'

/** Longest and shortest keep alive that Mosquitto takes, in seconds. */
const KEEP_ALIVE = { least: 10, most: 65_535 }

/** The files with which Mosquitto 2 takes over. Their paths are relative to the folder, from which Mosquitto has to be started. */
export function mosquittoServer(input: ServerInput): Server {
  const { listeners, access, bridges } = input
  const passwords = needsUsers(access) ? writePasswordFile(access.users) : null
  const rules = access.rules.length > 0 || access.fallback === 'deny' ? writeAclFile(access) : null
  const config = [
    '# Written by Treetop. Start Mosquitto in this folder: mosquitto -c mosquitto.conf',
    'per_listener_settings false',
    'persistence true',
    'persistence_location data/',
    `allow_anonymous ${access.anonymous}`,
    ...(passwords ? ['password_file password_file'] : []),
    ...(rules ? ['acl_file acl_file'] : []),
    ...limitLines(input),
    ...listeners.flatMap((listener) => ['', ...listenerLines(listener, input)]),
    ...(bridges.lines.length > 0 ? ['', ...bridges.lines] : []),
    ''
  ]
  return {
    files: [
      { path: 'mosquitto.conf', text: config.join('\n'), isSecret: bridges.lines.length > 0 },
      ...(passwords ? [{ path: 'password_file', text: passwords.text, isSecret: true }] : []),
      ...(rules ? [{ path: 'acl_file', text: rules.text, isSecret: true }] : []),
      ...certificateFiles(input),
      ...bridges.files,
      { path: 'data/README', text: 'Mosquitto keeps sessions and retained messages here.\n' },
      { path: 'compose.yaml', text: composeFile(input) },
      readme('Mosquitto', 'mosquitto -c mosquitto.conf')
    ],
    notes: [...(passwords?.notes ?? []), ...(rules?.notes ?? [])]
  }
}

function limitLines({ limits }: ServerInput): string[] {
  const { packetSize, queueMessages, queueBytes, keepAlive } = limits
  return [
    `max_packet_size ${packetSize}`,
    `max_queued_messages ${queueMessages}`,
    `max_queued_bytes ${queueBytes}`,
    `max_keepalive ${Math.min(Math.max(keepAlive, KEEP_ALIVE.least), KEEP_ALIVE.most)}`
  ]
}

function listenerLines({ kind, port }: ServerInput['listeners'][number], { limits }: ServerInput): string[] {
  return [
    `listener ${port}`,
    `max_connections ${limits.clients}`,
    ...(kind === 'ws' || kind === 'wss' ? ['protocol websockets'] : []),
    ...(kind === 'tls' || kind === 'wss'
      ? [`certfile ${CERTIFICATE.cert}`, `keyfile ${CERTIFICATE.key}`]
      : [])
  ]
}

function composeFile({ listeners }: ServerInput): string {
  return `services:
  mosquitto:
    image: eclipse-mosquitto:2
    restart: unless-stopped
    working_dir: /mosquitto/config
    command: mosquitto -c mosquitto.conf
    volumes:
      - ./:/mosquitto/config
    ports:
${portLines(listeners).join('\n')}
`
}
