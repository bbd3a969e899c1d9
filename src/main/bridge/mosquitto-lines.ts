import type { Bridge, BridgeRule, MosquittoBridge, MosquittoNote } from '../../shared/contract/bridge'
import type { MqttVersion, Profile } from '../../shared/contract/profiles'
import { bridgeClientId } from '../../shared/bridge-id'

const versions: Record<MqttVersion, string> = { 3: 'mqttv31', 4: 'mqttv311', 5: 'mqttv50' }
/** Shortest keep alive of Mosquitto's bridges, in seconds (mosquitto.conf(5), keepalive_interval). */
const SHORTEST_KEEP_ALIVE = 5
/** Where Debian and most others keep the certificates that the system trusts. */
const SYSTEM_CERTIFICATES = '/etc/ssl/certs'

/** A bridge as lines for mosquitto.conf (mosquitto.conf(5), "Configuring Bridges"). `folder`: where its files will be on the server. */
export function mosquittoLines(
  bridge: Bridge,
  profile: Profile,
  { brokerId, folder }: { brokerId: string; folder: string }
): MosquittoBridge {
  const notes: MosquittoNote[] = []
  if (profile.protocol === 'ws' || profile.protocol === 'wss')
    return { lines: [], files: [], notes: [{ kind: 'webSocket' }] }
  if (profile.authentication !== 'password') return { lines: [], files: [], notes: [{ kind: 'scram' }] }
  const topics = bridge.rules.flatMap((rule) => {
    if ([rule.filter, rule.localPrefix, rule.remotePrefix].every(isToken)) return [topicLine(rule)]
    notes.push({ kind: 'topic', filter: rule.filter })
    return []
  })
  if (topics.length === 0) return { lines: [], files: [], notes }
  const secure = profile.protocol === 'mqtts' ? tlsLines(bridge.id, profile, folder) : noTls
  const outgoing = bridge.rules.filter(({ direction }) => direction !== 'in')
  const keepsOut = outgoing.every(({ retain }) => !retain)
  if (bridge.rules.some(({ retain, direction }) => !retain && (direction !== 'out' || !keepsOut)))
    notes.push({ kind: 'retain' })
  const lines = [
    `connection ${bridge.name.replace(/[^\w-]+/g, '-')}-${bridge.id}`,
    `address ${profile.host}:${profile.port}`,
    // Not the client id that Treetop's own bridge has: the two would disconnect each other.
    `remote_clientid ${bridgeClientId(brokerId, bridge.id)}m`,
    `bridge_protocol_version ${versions[profile.version]}`,
    'cleansession false',
    'notifications false',
    `keepalive_interval ${Math.max(SHORTEST_KEEP_ALIVE, profile.keepAlive || 60)}`,
    `restart_timeout ${Math.ceil(profile.reconnectPeriod)} ${Math.max(60, Math.ceil(profile.reconnectPeriod))}`,
    ...userLines(profile, notes),
    ...secure.lines,
    ...(outgoing.length > 0 && keepsOut ? ['bridge_outgoing_retain false'] : []),
    ...topics
  ]
  if (profile.proxy.use === 'own') notes.push({ kind: 'proxy' })
  return { lines, files: secure.files, notes: [...notes, ...secure.notes] }
}

function topicLine({ filter, direction, qos, localPrefix, remotePrefix }: BridgeRule): string {
  return `topic ${filter} ${direction} ${qos} ${localPrefix || '""'} ${remotePrefix || '""'}`
}

function userLines({ username, secrets }: Profile, notes: MosquittoNote[]): string[] {
  if (username === '') return []
  // A value reaches from the first character that is not a space to the end of its line.
  if (!isLine(username)) {
    notes.push({ kind: 'username' })
    return []
  }
  const lines = [`remote_username ${username}`]
  if (!secrets.password) return lines
  notes.push({ kind: 'password' })
  return [...lines, '# remote_password']
}

const noTls: MosquittoBridge = { lines: [], files: [], notes: [] }

function tlsLines(id: string, { tls, secrets }: Profile, folder: string): MosquittoBridge {
  const files: MosquittoBridge['files'] = []
  const notes: MosquittoNote[] = []
  const file = (name: string, content: string): string => {
    files.push({ name: `bridge-${id}-${name}.pem`, content })
    return `${folder}/bridge-${id}-${name}.pem`
  }
  const lines = [
    tls.ca === '' ? `bridge_capath ${SYSTEM_CERTIFICATES}` : `bridge_cafile ${file('ca', tls.ca)}`
  ]
  if (tls.identity === 'pfx') {
    if (secrets.pfx) {
      lines.push('# bridge_certfile', '# bridge_keyfile')
      notes.push({ kind: 'pfx' })
    }
  } else if (tls.cert !== '') {
    lines.push(`bridge_certfile ${file('cert', tls.cert)}`)
    if (secrets.key) {
      lines.push(`bridge_keyfile ${folder}/bridge-${id}-key.pem`)
      notes.push({ kind: 'key' }, ...(secrets.passphrase ? [{ kind: 'passphrase' } as const] : []))
    }
  }
  if (!tls.verify) lines.push('bridge_insecure true')
  const [alpn] = tls.alpn
  if (alpn !== undefined && isToken(alpn)) lines.push(`bridge_alpn ${alpn}`)
  return { lines, files, notes }
}

/** Words of a line end at spaces. */
function isToken(text: string): boolean {
  return !/[\s\p{Cc}"]/u.test(text)
}

function isLine(text: string): boolean {
  return !/\p{Cc}|^\s|\s$/u.test(text)
}
