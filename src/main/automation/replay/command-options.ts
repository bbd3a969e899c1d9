import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { isUrl, readBrokerUrl } from '../../../shared/broker-url'
import { defaultProfile, type Profile } from '../../../shared/contract/profiles'
import {
  asRecorded,
  everyMessageAgain,
  FASTEST,
  SLOWEST,
  type ReplayOptions,
  type ReplaySelection
} from '../../../shared/contract/replay'
import type { Qos } from '../../../shared/message'
import { filterFault, topicFault } from '../../../shared/topic'
import type { Secrets } from '../../mqtt/options'
import { parseTime } from '../../transfer/time'

/** Invalid arguments; the message is the sentence shown to the user. */
export class Misuse extends Error {}

/** What the command line asks for. */
export interface ReplayCall {
  /** A recording, or the name or id of a profile in a data directory (null: the default one). */
  source: { file: string } | { profile: string; directory: string | null }
  profile: Profile
  secrets: Secrets
  /** The broker's address, without a password. */
  address: string
  selection: ReplaySelection
  options: ReplayOptions
}

/** Parses the arguments; null: help is wanted. Throws Misuse, whose sentence has no password. */
export async function replayCall(argv: string[]): Promise<ReplayCall | null> {
  const { values, positionals } = parsed(argv)
  if (values.help) return null
  const { to: url, filter = [], exclude = [], pointer = [] } = values
  if (url === undefined) throw new Misuse('Give the broker with --to, such as --to mqtt://host:1883.')
  for (const each of [...filter, ...exclude])
    if (filterFault(each))
      throw new Misuse(`"${each}" is not a topic filter. One looks like plant/+/temp or plant/#.`)
  const prefix = { from: values.strip ?? '', to: values.prefix ?? '' }
  for (const [option, text] of [
    ['--strip', prefix.from],
    ['--prefix', prefix.to]
  ] as const)
    if (text !== '' && topicFault(text)) throw new Misuse(`${option} "${text}" cannot begin a topic.`)
  for (const each of pointer)
    if (!/^(\/|$)/.test(each))
      throw new Misuse(`"${each}" is not a JSON Pointer. One looks like /time or /data/0/ts.`)
  const from = timeOf('--from', values.from)
  const until = timeOf('--until', values.until)
  if (from !== null && until !== null && from >= until)
    throw new Misuse('--from must be earlier than --until.')
  if (values.state !== undefined && from === null)
    throw new Misuse('--state needs --from: before the first message, topics have no state.')
  if (values.retain && values['no-retain']) throw new Misuse('Give only one of --retain and --no-retain.')
  return {
    source: sourceOf(positionals, values.profile, values['data-dir']),
    ...(await brokerOf(url, values)),
    selection: {
      ...everyMessageAgain,
      include: filter,
      exclude,
      from,
      to: until,
      published: values.published === true,
      state: oneOf('--state', values.state ?? 'none', ['none', 'retained', 'last'])
    },
    options: {
      ...asRecorded,
      speed: speedOf(values.speed ?? '1'),
      loop: values.loop === true,
      prefix,
      times: pointer.length > 0 ? 'pointers' : values.now ? 'find' : 'keep',
      pointers: pointer,
      qos: values.qos === undefined ? null : (Number(oneOf('--qos', values.qos, ['0', '1', '2'])) as Qos),
      retain: values.retain ? true : values['no-retain'] ? false : null
    }
  }
}

function parsed(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        to: { type: 'string' },
        profile: { type: 'string' },
        'data-dir': { type: 'string' },
        filter: { type: 'string', multiple: true },
        exclude: { type: 'string', multiple: true },
        from: { type: 'string' },
        until: { type: 'string' },
        published: { type: 'boolean' },
        state: { type: 'string' },
        speed: { type: 'string' },
        loop: { type: 'boolean' },
        strip: { type: 'string' },
        prefix: { type: 'string' },
        now: { type: 'boolean' },
        pointer: { type: 'string', multiple: true },
        qos: { type: 'string' },
        retain: { type: 'boolean' },
        'no-retain': { type: 'boolean' },
        mqtt: { type: 'string' },
        username: { type: 'string' },
        'password-file': { type: 'string' },
        ca: { type: 'string' },
        insecure: { type: 'boolean' },
        help: { type: 'boolean' }
      }
    })
  } catch (error) {
    throw new Misuse(`${(error as Error).message.split('. ')[0]}. See treetop replay --help.`)
  }
}

function sourceOf(
  [file, ...more]: string[],
  profile: string | undefined,
  directory: string | undefined
): ReplayCall['source'] {
  if (more.length > 0) throw new Misuse('Give one recording. See treetop replay --help.')
  if (file !== undefined && profile !== undefined)
    throw new Misuse('Give a recording or a --profile, not both.')
  if (file !== undefined) return { file }
  if (profile !== undefined) return { profile, directory: directory ?? null }
  throw new Misuse('Give a recording (FILE.treetop), or a history with --profile. See treetop replay --help.')
}

async function brokerOf(
  text: string,
  values: { username?: string; 'password-file'?: string; ca?: string; insecure?: boolean; mqtt?: string }
): Promise<Pick<ReplayCall, 'profile' | 'secrets' | 'address'>> {
  const url = readBrokerUrl(text)
  // The rest of an address may contain a password.
  const shown = isUrl(text) ? `${text.split(':')[0]}:…` : text
  if (url === null) throw new Misuse(`"${shown}" is not a broker address. It looks like mqtt://host:1883.`)
  const { name, protocol, host, port, path, username, password: inUrl, subscriptions } = url
  if (subscriptions !== undefined)
    throw new Misuse(
      'Leave out the topic behind the host: the recording says the topics. --prefix puts one before them.'
    )
  const file = values['password-file']
  const password =
    file === undefined ? (inUrl ?? null) : (await textOf('--password-file', file)).replace(/\r?\n$/, '')
  const fields = defaultProfile('')
  const profile: Profile = {
    ...fields,
    id: 'replay',
    name,
    protocol,
    host,
    port,
    path: path ?? fields.path,
    version: { '3.1': 3 as const, '3.1.1': 4 as const, '5': 5 as const }[
      oneOf('--mqtt', values.mqtt ?? '5', ['3.1', '3.1.1', '5'])
    ],
    username: values.username ?? username ?? '',
    subscriptions: [],
    tls: {
      ...fields.tls,
      ca: values.ca === undefined ? '' : await textOf('--ca', values.ca),
      verify: values.insecure !== true
    },
    secrets: { password: null, key: null }
  }
  return { profile, secrets: { password, key: null }, address: `${protocol}://${host}:${port}` }
}

function speedOf(text: string): number | null {
  if (text === 'max') return null
  const speed = Number(text.replace(/[x×]$/, ''))
  if (speed >= SLOWEST && speed <= FASTEST) return speed
  throw new Misuse(`--speed takes a number from ${SLOWEST} to ${FASTEST}, or max, not "${text}".`)
}

function oneOf<T extends string>(option: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === text)
  if (found !== undefined) return found
  throw new Misuse(`${option} takes ${allowed.join(', ').replace(/, ([^,]*)$/, ' or $1')}, not "${text}".`)
}

function timeOf(option: string, text: string | undefined): number | null {
  if (text === undefined) return null
  const time = parseTime(text)
  if (time !== null) return time
  throw new Misuse(
    `${option} "${text}" is not a time. Use ISO 8601, such as 2026-11-23T13:05:56Z, or seconds since 1970.`
  )
}

async function textOf(option: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new Misuse(
      `${option} names ${file}, which cannot be read (${(error as NodeJS.ErrnoException).code}).`
    )
  }
}
