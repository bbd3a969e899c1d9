import {
  asRecorded,
  everyMessageAgain,
  FASTEST,
  SLOWEST,
  type ReplayOptions,
  type ReplaySelection
} from '../../shared/contract/replay'
import { probeAddress } from '../../shared/contract/probe'
import type { Qos } from '../../shared/message'
import { topicFault } from '../../shared/topic'
import { Misuse, type Call } from './command'
import type { replay, ReplayValues } from './commands/replay'
import { versions } from './connection'
import { placeOf, type Place } from './place'
import { checkedFilter, timeOf } from './values'

/** What the command line asks for. */
export interface ReplayCall {
  /** A recording, or the name or id of a profile in a data directory (null: the default one). */
  source: { file: string } | { profile: string; directory: string | null }
  place: Place
  /** The broker's address, without a password. */
  address: string
  selection: ReplaySelection
  options: ReplayOptions
}

/** Checks the arguments. Throws Misuse, whose sentence has no password. */
export async function replayCall(
  { values, operands }: Call<typeof replay.options>,
  environment: NodeJS.ProcessEnv
): Promise<ReplayCall> {
  const { to: url, filter, exclude, pointer } = values
  if (url === undefined) throw new Misuse('Give the broker with --to, such as --to mqtt://host:1883.')
  for (const each of [...filter, ...exclude]) checkedFilter(each)
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
    source: sourceOf(operands, values),
    ...(await brokerOf(url, values, environment)),
    selection: {
      ...everyMessageAgain,
      include: filter,
      exclude,
      from,
      to: until,
      published: values.published,
      state: (values.state ?? 'none') as ReplaySelection['state']
    },
    options: {
      ...asRecorded,
      speed: speedOf(values.speed ?? '1'),
      loop: values.loop,
      prefix,
      times: pointer.length > 0 ? 'pointers' : values.now ? 'find' : 'keep',
      pointers: pointer,
      qos: values.qos === undefined ? null : (Number(values.qos) as Qos),
      retain: values.retain ? true : values['no-retain'] ? false : null
    }
  }
}

function sourceOf([file, ...more]: string[], values: ReplayValues): ReplayCall['source'] {
  const { profile, 'data-dir': directory = null } = values
  if (more.length > 0) throw new Misuse('Give one recording. See treetop replay --help.')
  if (file !== undefined && profile !== undefined)
    throw new Misuse('Give a recording or a --profile, not both.')
  if (file !== undefined) return { file }
  if (profile !== undefined) return { profile, directory }
  throw new Misuse('Give a recording (FILE.treetop), or a history with --profile. See treetop replay --help.')
}

async function brokerOf(
  url: string,
  values: ReplayValues,
  environment: NodeJS.ProcessEnv
): Promise<Pick<ReplayCall, 'place' | 'address'>> {
  const { profile, secrets } = await placeOf(
    url,
    values,
    environment,
    'the recording says the topics. --prefix puts one before them.'
  )
  const version = versions[values.mqtt ?? '5']!
  return { place: { profile: { ...profile, version }, secrets }, address: probeAddress(profile) }
}

function speedOf(text: string): number | null {
  if (text === 'max') return null
  const speed = Number(text.replace(/[x×]$/, ''))
  if (speed >= SLOWEST && speed <= FASTEST) return speed
  throw new Misuse(`--speed takes a number from ${SLOWEST} to ${FASTEST}, or max, not "${text}".`)
}
