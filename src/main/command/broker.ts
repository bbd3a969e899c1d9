import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readBrokerUrl } from '../../shared/broker-url'
import { openAccess, type StoredAccess, type UnreadLine } from '../../shared/contract/access'
import { isAppError } from '../../shared/errors'
import { AccessControl } from '../broker/access/access-control'
import { Broker } from '../broker/core/broker'
import { systemClock } from '../broker/core/clock'
import type { Asker, CloseCause, Hooks } from '../broker/core/hooks'
import { listen, type NetworkListener, type OpenListener } from '../broker/listeners/listen'
import { SqliteStore } from '../broker/store/sqlite-store'
import { SysTopics } from '../broker/sys'
import { readAclFile } from '../local-broker/mosquitto/read-acl-file'
import { readPasswordFile } from '../local-broker/mosquitto/read-password-file'
import { DONE, Failure, Misuse, type Call, type CommandContext } from './command'
import type { broker, BrokerValues } from './commands/broker'
import { harmless } from './lines'
import { interruption, print, tell } from './output'
import { withoutPassword } from './parse'
import { textOf } from './values'

const kinds = { mqtt: 'tcp', mqtts: 'tls', ws: 'ws', wss: 'wss' } as const
const schemes = { tcp: 'mqtt', tls: 'mqtts', ws: 'ws', wss: 'wss', pipe: 'pipe' } as const

/** `treetop broker`. */
export async function runBroker(
  { values }: Call<typeof broker.options>,
  { version }: Pick<CommandContext, 'version'>
): Promise<number> {
  const listeners = await listenersOf(values)
  const settings = await accessOf(values)
  const interrupted = interruption()
  const access = new AccessControl()
  const running = new Broker({
    store: storeIn(values.store),
    authenticators: access.authenticators,
    onStoreFailure: (error) =>
      tell(`The store cannot be written any more, and everything is kept in memory: ${error.message}`)
  })
  const open: OpenListener[] = []
  const sys = new SysTopics(running, systemClock, `Treetop ${version}`)
  try {
    access.guard(running, settings)
    if (values.verbose) running.hooks.add(report)
    for (const listener of listeners) open.push(await opened(running, listener))
    sys.start()
    for (const { kind, host, port } of open)
      await print(`${schemes[kind]}://${host.includes(':') ? `[${host}]` : host}:${port}\n`)
    if (settings.anonymous && open.some(({ host }) => !isLoopback(host)))
      tell('Everybody on the network may connect. --password-file lets in only users that it names.')
    if (!interrupted.signal.aborted) await once(interrupted.signal, 'abort')
    return DONE
  } finally {
    sys.stop()
    running.close()
    await Promise.all(open.map((each) => each.close()))
    interrupted.release()
  }
}

/** Throws Misuse. */
async function listenersOf(values: BrokerValues): Promise<NetworkListener[]> {
  const urls = values.listen.length > 0 ? values.listen : ['mqtt://127.0.0.1:1883']
  const pair =
    values.cert === undefined || values.key === undefined
      ? null
      : { cert: await textOf('--cert', values.cert), key: await textOf('--key', values.key) }
  return urls.map((text) => {
    // Port 0 is for listening only.
    const isAny = /:0\/?$/.test(text)
    const url = readBrokerUrl(isAny ? text.replace(/:0\/?$/, ':1') : text)
    if (!url || url.username !== undefined || url.subscriptions || url.path !== undefined)
      throw new Misuse(`--listen takes mqtt, mqtts, ws or wss://HOST[:PORT], not "${withoutPassword(text)}".`)
    const place = { host: url.host, port: isAny ? 0 : url.port }
    const kind = kinds[url.protocol]
    if (kind === 'tcp' || kind === 'ws') return { kind, ...place }
    if (!pair) throw new Misuse(`${url.protocol} needs a certificate: give --cert and --key.`)
    return { kind, ...place, ...pair }
  })
}

async function opened(running: Broker, listener: NetworkListener): Promise<OpenListener> {
  const { kind, host, port } = listener
  try {
    return await listen(running, listener)
  } catch (error) {
    const place = `${schemes[kind]}://${host}:${port}`
    if (isAppError(error, 'PORT_IN_USE')) throw new Failure(`Cannot listen at ${place}: the port is in use.`)
    if (isAppError(error, 'PORT_DENIED'))
      throw new Failure(`Cannot listen at ${place}: this user may not. Choose a port of 1024 or above.`)
    if (isAppError(error, 'ADDRESS_UNAVAILABLE'))
      throw new Failure(`Cannot listen at ${place}: this machine does not have that address.`)
    if (isAppError(error, 'CERTIFICATE_INVALID'))
      throw new Failure(
        `Cannot listen at ${place}: the certificate and key cannot be used (${error.details.fault}).`
      )
    throw error
  }
}

function storeIn(file: string | undefined): SqliteStore | null {
  if (file === undefined) return null
  try {
    return new SqliteStore(file)
  } catch (error) {
    throw new Failure(`The store ${file} cannot be used: ${(error as Error).message}.`)
  }
}

/** Throws Misuse, and Failure for lines that would let in or keep out the wrong clients. */
async function accessOf(values: BrokerValues): Promise<StoredAccess> {
  const { 'password-file': passwords, 'acl-file': acl } = values
  if (values['allow-anonymous'] && passwords === undefined)
    throw new Misuse('--allow-anonymous is for --password-file: without one, everybody may connect.')
  const users = passwords === undefined ? null : readPasswordFile(await textOf('--password-file', passwords))
  const rules = acl === undefined ? null : readAclFile(await textOf('--acl-file', acl))
  const unread = [...(users?.unread ?? []), ...(rules?.unread ?? [])].filter(
    ({ fault }) => fault !== 'COMMENT_ALONE'
  )
  for (const { file, line, text, fault } of unread)
    tell(`${file === 'password_file' ? passwords : acl}:${line}: ${unreadWords[fault]}: ${harmless(text)}`)
  if (unread.length > 0) throw new Failure('The broker did not start, because it cannot use these lines.')
  return {
    ...openAccess,
    ...(users && { anonymous: values['allow-anonymous'] }),
    ...(rules && { rules: rules.rules, fallback: 'deny' }),
    users: users?.users ?? [],
    secret: randomBytes(32).toString('base64')
  }
}

const unreadWords: Record<UnreadLine['fault'], string> = {
  MALFORMED: 'not a line of this file',
  HASH_UNKNOWN: 'no hash of mosquitto_passwd (PBKDF2-SHA512, $7$)',
  FILTER: 'not a valid topic filter',
  LITERAL_PLACEHOLDER: '%u and %c are for lines that begin with "pattern"',
  COMMENT_ALONE: 'a comment without a rule'
}

/** Reports clients on standard error. */
const report: Hooks = {
  connected(asker, { version }, keepAlive, session) {
    const words = { 3: '3.1', 4: '3.1.1', 5: '5' }[version]
    say(asker, `connected with MQTT ${words}, keep alive ${keepAlive} s, session ${session}`)
  },
  closed(asker, cause, isAccepted) {
    say(asker, isAccepted ? `left: ${causeWords(cause)}` : `was not accepted: ${causeWords(cause)}`)
  }
}

function say({ clientId, username, address }: Asker, what: string): void {
  const user = username === null ? '' : ` (user "${username}")`
  tell(`${new Date().toISOString()} ${address} ${harmless(`"${clientId}"${user}`)} ${what}`)
}

function causeWords(cause: CloseCause): string {
  if (cause.by === 'network') return 'the connection ended without a DISCONNECT'
  const code = `0x${cause.reasonCode.toString(16).toUpperCase().padStart(2, '0')}`
  return cause.by === 'client' ? `DISCONNECT ${code}` : `${cause.reason} (${code})`
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}
