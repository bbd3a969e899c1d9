import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { readBrokerUrl } from '../../shared/broker-url'
import { defaultProfile, type Profile } from '../../shared/contract/profiles'
import type { Secrets } from '../mqtt/options'
import { Misuse } from './command'
import type { BrokerValues } from './commands/broker-options'
import { withoutPassword } from './parse'
import { proxyOf } from './proxy-option'
import { bytesOf, textOf } from './values'

/** A broker, and how to sign in. */
export interface Place {
  profile: Profile
  secrets: Secrets
}

/** The broker of a URL. Throws Misuse, whose sentence has no password. */
export async function placeOf(
  text: string,
  values: BrokerValues,
  environment: NodeJS.ProcessEnv,
  noTopic: string
): Promise<Place> {
  const url = readBrokerUrl(text)
  if (url === null)
    throw new Misuse(`"${withoutPassword(text)}" is not a broker address. It looks like mqtt://host:1883.`)
  const { name, protocol, host, port, path, username, password: inUrl, subscriptions } = url
  if (subscriptions !== undefined) throw new Misuse(`Leave out the topic behind the host: ${noTopic}`)
  const fields = defaultProfile('')
  const profile: Profile = {
    ...fields,
    id: 'command',
    name,
    protocol,
    host,
    port,
    path: path ?? fields.path,
    username: username ?? '',
    subscriptions: [],
    secrets: {}
  }
  return withSignIn({ profile, secrets: { password: inUrl ?? null } }, values, environment)
}

/** The same broker with what the options say of signing in. Throws Misuse. */
export async function withSignIn(
  { profile, secrets }: Place,
  values: BrokerValues,
  environment: NodeJS.ProcessEnv
): Promise<Place> {
  const { tls } = profile
  const { ca, cert, key, pfx } = values
  if (pfx !== undefined && (cert !== undefined || key !== undefined))
    throw new Misuse('Give --cert and --key, or --pfx, which has both.')
  if (key !== undefined && cert === undefined && tls.cert === '')
    throw new Misuse('--key needs --cert: a private key alone does not sign in.')
  const given = await proxyOf(values, environment)
  const passphrase = await givenPassphrase(values, environment)
  return {
    profile: {
      ...profile,
      ...(given && { proxy: given.proxy }),
      username: values.username ?? profile.username,
      tls: {
        ca: ca === undefined ? tls.ca : await textOf('--ca', ca),
        identity: pfx !== undefined ? 'pfx' : cert !== undefined ? 'pem' : tls.identity,
        cert: cert === undefined ? tls.cert : await textOf('--cert', cert),
        verify: tls.verify && !values.insecure,
        alpn: values.alpn.length > 0 ? values.alpn : tls.alpn,
        serverName: values['server-name'] ?? tls.serverName
      }
    },
    secrets: {
      ...secrets,
      password: (await givenPassword(values, environment)) ?? secrets.password ?? null,
      ...(key !== undefined && { key: await textOf('--key', key) }),
      ...(pfx !== undefined && { pfx: (await bytesOf('--pfx', pfx)).toString('base64') }),
      ...(passphrase !== null && { passphrase }),
      ...(given && { proxyPassword: given.proxyPassword })
    }
  }
}

/** The password from a file, the terminal or the environment: other users of the machine can see a command's arguments. */
async function givenPassword(values: BrokerValues, environment: NodeJS.ProcessEnv): Promise<string | null> {
  const file = values['password-file']
  if (file !== undefined) return (await textOf('--password-file', file)).replace(/\r?\n$/, '')
  if (values['ask-password']) return askedPassword()
  return environment['TREETOP_MQTT_PASSWORD'] ?? null
}

async function givenPassphrase(values: BrokerValues, environment: NodeJS.ProcessEnv): Promise<string | null> {
  const file = values['passphrase-file']
  if (file !== undefined) return (await textOf('--passphrase-file', file)).replace(/\r?\n$/, '')
  return environment['TREETOP_KEY_PASSPHRASE'] ?? null
}

/** Throws Misuse without a terminal. */
async function askedPassword(): Promise<string> {
  if (!process.stdin.isTTY)
    throw new Misuse('--ask-password needs a terminal. Use --password-file or TREETOP_MQTT_PASSWORD.')
  const silent = new Writable({ write: (_text, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true })
  process.stderr.write('Password: ')
  const interrupted = new AbortController()
  terminal.once('SIGINT', () => interrupted.abort())
  try {
    return await terminal.question('', { signal: interrupted.signal })
  } catch {
    throw new Misuse('No password was given.')
  } finally {
    terminal.close()
    process.stderr.write('\n')
  }
}
