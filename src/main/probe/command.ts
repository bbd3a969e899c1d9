import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { isUrl, readBrokerUrl } from '../../shared/broker-url'
import { probeAddress } from '../../shared/contract/probe'
import { defaultProfile, type Profile } from '../../shared/contract/profiles'
import { isAppError } from '../../shared/errors'
import type { Place } from './context'
import { jsonOf, leftNotes, tableOf } from './export'
import { probe } from './run'
import { unreachableSentence } from './words'

/** Exit statuses. */
const DONE = 0
const FAILED = 1
const MISUSED = 2

/** Invalid arguments; the message is the sentence shown to the user. */
class Misuse extends Error {}

const usage = `Usage: treetop probe [options] URL

Finds out what an MQTT broker supports and what it limits, and prints a table. URL is mqtt, mqtts, ws or wss://HOST[:PORT].
Publishes only below a topic of its own (treetop/probe/...), and clears it.

  --json               print JSON, with the packets that prove each item
  --username NAME      user name; default: the one in the URL
  --password-file F    file with the password; default: the password in the URL
  --ca F               PEM file with the certificate to trust
  --insecure           do not verify the broker's certificate
  --help               print this help

Exit status: 0 the broker was probed, 1 it cannot be reached or was lost, 2 wrong usage.
`

/** `treetop probe`. Returns the exit status. The sheet goes to standard output, everything else to standard error. */
export async function runProbe(argv: string[], version: string): Promise<number> {
  try {
    const { values, positionals } = optionsOf(argv)
    if (values.help) {
      await print(usage)
      return DONE
    }
    const place = await placeOf(positionals, values)
    return await run(place, version, values.json === true)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return error instanceof Misuse ? MISUSED : FAILED
  }
}

async function run(place: Place, treetop: string, isJson: boolean): Promise<number> {
  const controller = new AbortController()
  const cancel = (): void => controller.abort()
  process.once('SIGINT', cancel).once('SIGTERM', cancel)
  const { signal } = controller
  const progress = (text: string): void => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
  }
  try {
    const sheet = await probe(place, {
      treetop,
      signal,
      onItem: (_item, share) => progress(`${Math.floor(share * 100)} %`),
      onLeft: (left) => void process.stderr.write(`${leftNotes(left).join('\n')}\n`)
    })
    progress('')
    await print(isJson ? jsonOf(sheet) : tableOf(sheet))
    if (sheet.end === 'complete') return DONE
    process.stderr.write('The broker became unreachable before everything was tested.\n')
    return FAILED
  } catch (error) {
    progress('')
    if (signal.aborted) process.stderr.write('Cancelled.\n')
    else if (isAppError(error, 'BROKER_UNREACHABLE'))
      process.stderr.write(`${unreachableSentence(error.details.fault, probeAddress(place.profile))}\n`)
    else throw error
    return FAILED
  } finally {
    process.off('SIGINT', cancel).off('SIGTERM', cancel)
  }
}

/** Resolves when the text is written: a pipe's reader may be slow. */
function print(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(text, () => resolve()))
}

function optionsOf(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        username: { type: 'string' },
        'password-file': { type: 'string' },
        ca: { type: 'string' },
        insecure: { type: 'boolean' },
        help: { type: 'boolean' }
      }
    })
  } catch (error) {
    throw new Misuse(`${(error as Error).message.split('. ')[0]}. See treetop probe --help.`)
  }
}

/** The broker in the arguments. Throws Misuse, whose sentence has no password. */
async function placeOf(
  positionals: string[],
  values: { username?: string; 'password-file'?: string; ca?: string; insecure?: boolean }
): Promise<Place> {
  const [text, ...more] = positionals
  if (text === undefined || more.length > 0)
    throw new Misuse('Give one broker address, such as mqtt://host:1883. See treetop probe --help.')
  const url = readBrokerUrl(text)
  // The rest of an address may contain a password.
  const shown = isUrl(text) ? `${text.split(':')[0]}:…` : text
  if (url === null) throw new Misuse(`"${shown}" is not a broker address. It looks like mqtt://host:1883.`)
  const { name, protocol, host, port, path, username, password: inUrl, subscriptions } = url
  if (subscriptions !== undefined)
    throw new Misuse('Leave out the topic behind the host: a probe has a topic of its own.')
  const file = values['password-file']
  const password =
    file === undefined ? (inUrl ?? null) : (await textOf('--password-file', file)).replace(/\r?\n$/, '')
  const fields = defaultProfile('')
  const profile: Profile = {
    ...fields,
    id: '',
    name,
    protocol,
    host,
    port,
    path: path ?? fields.path,
    username: values.username ?? username ?? '',
    tls: {
      ...fields.tls,
      ca: values.ca === undefined ? '' : await textOf('--ca', values.ca),
      verify: values.insecure !== true
    },
    secrets: { password: null, key: null }
  }
  return { profile, secrets: { password, key: null } }
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
