import { randomBytes } from 'node:crypto'
import type { AccessRule, AccessSettings, StoredUser } from '../../../shared/contract/access'
import { ITERATIONS, parsePassword } from '../../broker/access/password'
import { ClientRules } from '../../broker/access/rules'
import { noteList } from '../mosquitto/write-files'
import {
  CERTIFICATE,
  certificateFiles,
  needsUsers,
  portLines,
  readme,
  type Server,
  type ServerInput,
  type ServerListener
} from './server'

/** Where the image of EMQX has its configuration. */
const HOME = '/opt/emqx/etc'

/** EMQX's names of listeners; it opens one of each unless it is told not to. */
const LISTENERS: Record<ServerListener['kind'], string> = { tcp: 'tcp', tls: 'ssl', ws: 'ws', wss: 'wss' }

/** The files with which EMQX 5.8 or later takes over. */
export function emqxServer(input: ServerInput): Server {
  const { listeners, limits, access } = input
  const { notes, note } = noteList()
  const users = needsUsers(access) ? usersFile(access.users, note) : null
  if (users !== null && access.anonymous) note('ANONYMOUS_WITH_USERS')
  const rules = aclFile(access, note)
  const config = [
    '# Written by Treetop.',
    'node {',
    '  name = "emqx@127.0.0.1"',
    `  cookie = "${randomBytes(18).toString('base64url')}"`,
    '  data_dir = "data"',
    '}',
    '',
    ...listenerLines(input),
    '',
    `mqtt.max_packet_size = "${Math.min(limits.packetSize, 268_435_455)}B"`,
    `mqtt.server_keepalive = ${limits.keepAlive}`,
    `mqtt.max_mqueue_len = ${limits.queueMessages}`,
    '',
    ...authenticationLines(users !== null),
    'authorization {',
    `  no_match = ${access.fallback}`,
    '  deny_action = ignore',
    `  sources = [{ type = file, enable = true, path = "${HOME}/acl.conf" }]`,
    '}',
    ''
  ]
  return {
    files: [
      { path: 'emqx.conf', text: config.join('\n'), isSecret: true },
      { path: 'acl.conf', text: rules },
      ...(users === null ? [] : [{ path: 'users.csv', text: users, isSecret: true }]),
      ...certificateFiles(input),
      { path: 'compose.yaml', text: composeFile(listeners, users !== null, input.certificate !== null) },
      readme('EMQX', null)
    ],
    notes
  }
}

type Note = ReturnType<typeof noteList>['note']

/** The bootstrap file of EMQX's built-in database. All its hashes need the same number of iterations, and salts that are text. */
function usersFile(users: StoredUser[], note: Note): string {
  const lines = users.flatMap(({ name, password }) => {
    const hash = parsePassword(password)
    const salt = hash?.salt.toString('latin1') ?? ''
    if (!hash || hash.iterations !== ITERATIONS || !/^[\w-]+$/.test(salt)) {
      note('PASSWORD', { user: name })
      return []
    }
    return `${csv(name)},${hash.hash.toString('hex')},${salt},false\n`
  })
  return ['user_id,password_hash,salt,is_superuser\n', ...lines].join('')
}

/** Rules as Erlang terms, of which the first that matches decides. */
function aclFile({ rules, fallback }: AccessSettings, note: Note): string {
  const lines = rules.map((rule, index) => {
    const term = termOf(rule)
    if (typeof term === 'object') {
      note(term.fault, { rule: index })
      return ''
    }
    if (isPartOfLater(rule, rules.slice(index + 1), fallback)) note('NOT_AT_DELIVERY', { rule: index })
    return comment(rule) + term
  })
  return `%% -*- coding: utf-8 -*-\n${lines.join('')}`
}

function termOf(rule: AccessRule): string | { fault: 'ANONYMOUS_RULE' | 'FILTER' } {
  const { effect, action, user, clientId, filter } = rule
  if (user === '') return { fault: 'ANONYMOUS_RULE' }
  if (filter.includes('${') || filter.startsWith('eq ')) return { fault: 'FILTER' }
  const who = [
    ...(user === null ? [] : [`{username, ${erlang(user)}}`]),
    ...(clientId === null ? [] : [`{clientid, ${erlang(clientId)}}`])
  ]
  const subject = who.length === 2 ? `{'and', [${who.join(', ')}]}` : (who[0] ?? 'all')
  const topic = filter.replaceAll('%u', '${username}').replaceAll('%c', '${clientid}')
  return `{${effect}, ${subject}, ${action === 'both' ? 'all' : action}, [${erlang(topic)}]}.\n`
}

/** Whether a subscription that is allowed later receives what the rule denies: EMQX checks filters only. */
function isPartOfLater(rule: AccessRule, later: AccessRule[], fallback: AccessSettings['fallback']): boolean {
  if (rule.effect === 'allow' || rule.action === 'publish') return false
  if (fallback === 'allow') return true
  const denied = new ClientRules(
    { rules: [{ ...rule, user: null, clientId: null }], fallback: 'allow' },
    { user: '%u', clientId: '%c' }
  )
  return later.some(
    ({ effect, action, filter }) =>
      effect === 'allow' && action !== 'publish' && denied.decideSubscribe(filter).except.length > 0
  )
}

function comment(rule: AccessRule): string {
  return rule.comment === '' ? '' : rule.comment.replace(/^/gm, '%% ') + '\n'
}

/** A string of Erlang (reference manual, 3.1 and 3.7). */
function erlang(text: string): string {
  const escaped = text.replace(/["\\]|\p{Cc}/gu, (found) =>
    found < ' ' || found > '~' ? `\\x{${found.codePointAt(0)!.toString(16)}}` : `\\${found}`
  )
  return `"${escaped}"`
}

/** A field of a CSV file (RFC 4180). */
function csv(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function listenerLines({ listeners, limits }: ServerInput): string[] {
  const seen = new Map<ServerListener['kind'], number>()
  const open = listeners.flatMap(({ kind, port }) => {
    const count = (seen.get(kind) ?? 0) + 1
    seen.set(kind, count)
    const isTls = kind === 'tls' || kind === 'wss'
    return [
      `listeners.${LISTENERS[kind]}.${count === 1 ? 'default' : `more${count}`} {`,
      `  bind = "0.0.0.0:${port}"`,
      `  max_connections = ${limits.clients}`,
      ...(isTls
        ? [
            '  ssl_options {',
            `    certfile = "${HOME}/${CERTIFICATE.cert}"`,
            `    keyfile = "${HOME}/${CERTIFICATE.key}"`,
            '    verify = verify_none',
            '  }'
          ]
        : []),
      '}'
    ]
  })
  const closed = (Object.keys(LISTENERS) as ServerListener['kind'][]).filter((kind) => !seen.has(kind))
  return [...open, ...closed.map((kind) => `listeners.${LISTENERS[kind]}.default.enable = false`)]
}

function authenticationLines(hasUsers: boolean): string[] {
  if (!hasUsers) return []
  return [
    'authentication = [{',
    '  mechanism = password_based',
    '  backend = built_in_database',
    '  user_id_type = username',
    `  password_hash_algorithm { name = pbkdf2, mac_fun = sha512, iterations = ${ITERATIONS}, dk_length = 64 }`,
    `  bootstrap_file = "${HOME}/users.csv"`,
    '  bootstrap_type = hash',
    '}]',
    ''
  ]
}

function composeFile(
  listeners: ServerInput['listeners'],
  hasUsers: boolean,
  hasCertificate: boolean
): string {
  const mounted = [
    'emqx.conf',
    'acl.conf',
    ...(hasUsers ? ['users.csv'] : []),
    ...(hasCertificate ? ['certs'] : [])
  ]
  return `services:
  emqx:
    image: emqx/emqx:5.8.6
    restart: unless-stopped
    # The files belong to whoever wrote them, and not to EMQX's own user.
    user: root
    volumes:
${mounted.map((name) => `      - ./${name}:${HOME}/${name}:ro`).join('\n')}
      - data:/opt/emqx/data
    ports:
${portLines(listeners).join('\n')}
      # Its dashboard. The first login is admin / public, and asks for a new password.
      - "127.0.0.1:18083:18083"
volumes:
  data:
`
}
