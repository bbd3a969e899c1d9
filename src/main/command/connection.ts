import { randomBytes } from 'node:crypto'
import {
  DEFAULT_SESSION_EXPIRY,
  defaultProfile,
  type MqttVersion,
  type Profile,
  type Subscription
} from '../../shared/contract/profiles'
import { ProfileStore } from '../profiles/profiles'
import { ProxyStore } from '../profiles/proxy-store'
import { Misuse, type CommandContext } from './command'
import type { ConnectionValues } from './commands/broker-options'
import { placeOf, withSignIn, type Place } from './place'
import { tell } from './output'
import { withVariables } from './profile-variables'
import { namedProfile } from './profiles'
import { secondsOf, wholeNumber } from './values'

/** The versions of MQTT as they are typed. */
export const versions: Record<string, MqttVersion> = { '3.1': 3, '3.1.1': 4, '5': 5 }

/** A broker to connect to, and the data directory that its profile comes from (null: it was named by URL). */
export interface Target extends Place {
  directory: string | null
}

/**
 * The broker that a command names by URL or `--profile`, ready to connect. With a profile, its client id, subscriptions and will stay with
 * Treetop itself, which may be connected with them. Throws Misuse and PROFILE_VARIABLES.
 */
export async function targetOf(
  operands: readonly string[],
  values: ConnectionValues,
  context: Pick<CommandContext, 'defaultDataDirectory' | 'environment' | 'secretBox'>
): Promise<Target> {
  const [url, ...more] = operands
  const { profile: name } = values
  if (more.length > 0) throw new Misuse('Give one broker address.')
  if ((url === undefined) === (name === undefined))
    throw new Misuse('Give a broker address, such as mqtt://host:1883, or a profile with --profile NAME.')
  const { environment } = context
  if (url !== undefined) {
    if (values.env !== undefined) throw new Misuse('--env needs --profile.')
    const place = await placeOf(url, values, environment, 'give it with --topic.')
    return { ...withSession(place, values), directory: null }
  }
  const directory = values['data-dir'] ?? context.defaultDataDirectory
  const kept = await keptPlace(name!, directory, context)
  const signed = await withSignIn(kept, values, environment)
  const literal = [
    ...(values.username === undefined ? [] : ['username']),
    ...(signed.secrets.password === (kept.secrets.password ?? null) ? [] : ['password'])
  ]
  const place = await withVariables(signed, { ...context, directory, env: values.env, literal })
  if (kept.hasUnreadable && !place.secrets.password)
    tell(
      `The secrets of "${place.profile.name}" were stored by another kind of Treetop and cannot be read here. Use --password-file.`
    )
  return { ...withSession(place, values), directory }
}

/** A profile with its secrets, and with its variables as they are written. Throws Misuse. */
export async function keptPlace(
  name: string,
  directory: string,
  { secretBox }: Pick<CommandContext, 'secretBox'>
): Promise<Place & { hasUnreadable: boolean }> {
  const box = await secretBox(directory)
  const proxy = new ProxyStore(directory, box)
  await proxy.peek()
  const store = new ProfileStore(directory, box, () => proxy.access())
  await store.peek()
  const profile = namedProfile(store.list(), name, directory)
  const own = { subscriptions: [], will: null, clean: true, sessionExpiry: 0, clientId: ownClientId() }
  return {
    profile: { ...profile, ...own },
    secrets: store.secretsOf(profile.id),
    hasUnreadable: store.hasUnreadable(profile.id)
  }
}

/** What a profile subscribes to. Throws Misuse and PROFILE_VARIABLES. */
export async function profileSubscriptions(
  { profile: name, env }: Pick<ConnectionValues, 'profile' | 'env'>,
  directory: string,
  context: Pick<CommandContext, 'environment' | 'secretBox'>
): Promise<Subscription[]> {
  const store = new ProfileStore(directory, await context.secretBox(directory))
  await store.peek()
  const { subscriptions } = namedProfile(store.list(), name!, directory)
  const place = {
    profile: { ...defaultProfile(ownClientId()), ...onlyToSubscribe, subscriptions },
    secrets: {}
  }
  return (await withVariables(place, { ...context, directory, env })).profile.subscriptions
}

/** Fields of a profile whose subscriptions alone are of interest. */
const onlyToSubscribe = { id: 'command', name: 'command', host: 'localhost', secrets: {} }

function ownClientId(): string {
  return `treetop_${randomBytes(5).toString('hex')}`
}

function withSession({ profile, secrets }: Place, values: ConnectionValues): Place {
  const version = values.mqtt === undefined ? profile.version : versions[values.mqtt]!
  const keeps = values['keep-session']
  const clientId = values['client-id']
  if (keeps && clientId === undefined)
    throw new Misuse('--keep-session needs --client-id, by which the broker knows the session again.')
  const expiry = values['session-expiry']
  if (expiry !== undefined && version !== 5) throw new Misuse('--session-expiry needs MQTT 5.')
  const changed: Partial<Profile> = {
    version,
    clientId: clientId ?? ownClientId(),
    clean: !keeps,
    sessionExpiry:
      expiry === undefined
        ? keeps
          ? DEFAULT_SESSION_EXPIRY
          : 0
        : wholeNumber('--session-expiry', expiry, 0, 4_294_967_295)
  }
  const keepAlive = values['keep-alive']
  if (keepAlive !== undefined) changed.keepAlive = wholeNumber('--keep-alive', keepAlive, 0, 65_535)
  const timeout = values['connect-timeout']
  if (timeout !== undefined) changed.connectTimeout = secondsOf('--connect-timeout', timeout, 0.1) / 1_000
  return { profile: { ...profile, ...changed }, secrets }
}
