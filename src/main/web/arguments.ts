import { parseArgs } from 'node:util'
import { isUrl, readBrokerUrl } from '../../shared/broker-url'
import { isLoopback } from './door'
import { givenToken } from './token'

export interface WebArguments {
  port: number | null
  host: string
  dataDirectory: string | null
  token: string | null
  /** The public address if a proxy forwards to Treetop: scheme, name and port. */
  origin: string | null
  open: boolean
  /** Start the local broker on this port; true: on the port of the settings. */
  broker: number | true | null
  /** Largest recording that a page may upload, in bytes. */
  maxUpload: number
  /** Broker addresses to fill into the form, and paths of recordings to open. */
  targets: string[]
}

export type ParsedArguments =
  | { kind: 'run'; arguments: WebArguments }
  | { kind: 'help' }
  | { kind: 'version' }
  | { kind: 'fault'; sentence: string }

export const usage = `Treetop in the browser: an MQTT explorer with a broker inside.

Usage: treetop [options] [mqtt://HOST... | FILE.treetop...]
       treetop export --help
       treetop probe --help
       treetop test --help
       treetop replay --help

In a checkout \`npm run web --\` stands for \`treetop\`.

An address (mqtt, mqtts, ws or wss) fills in the form of a new connection; nothing connects automatically. A recording
opens in a tab, read-only.

  --port N          port of the page (default: 7883, or the next free one)
  --host A          address to listen on (default: 127.0.0.1); any other than loopback requires a token
  --data-dir D      directory for profiles, settings and histories
  --token T         token that the page's address must contain (default: a new one at each start); to keep it out of the
                    list of processes, set TREETOP_TOKEN, or TREETOP_TOKEN_FILE to the path of a file that contains it
  --origin URL      public address when Treetop is behind a proxy (https://treetop.example.org); requires a token
  --max-upload MB   largest recording that may be opened from the browser, in megabytes (default: 10000)
  --no-open         do not open the browser
  --broker[=PORT]   start the local broker and connect to it
  --version         print the version
  --help            print this help
`

/** Parses the command line of browser mode. Returns a sentence if it is invalid. The token may come from `environment`. */
export function parseArguments(argv: string[], environment: NodeJS.ProcessEnv = {}): ParsedArguments {
  let values, targets
  try {
    // parseArgs has no option with an optional value, so `--broker` alone becomes `--broker=`.
    const spelled = argv.map((argument) => (argument === '--broker' ? '--broker=' : argument))
    ;({ values, positionals: targets } = parseArgs({
      args: spelled,
      allowPositionals: true,
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        'data-dir': { type: 'string' },
        token: { type: 'string' },
        origin: { type: 'string' },
        'max-upload': { type: 'string', default: '10000' },
        'no-open': { type: 'boolean' },
        broker: { type: 'string' },
        version: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' }
      }
    }))
  } catch (error) {
    return {
      kind: 'fault',
      sentence: `${firstSentence((error as Error).message)} --help lists the options.`
    }
  }
  if (values.help) return { kind: 'help' }
  if (values.version) return { kind: 'version' }
  const host = values.host ?? '127.0.0.1'
  const port = values.port === undefined ? null : portOf(values.port, 0)
  if (port === undefined) return fault(`--port takes a whole number from 0 to 65535, not "${values.port}".`)
  const broker = values.broker === undefined ? null : values.broker === '' ? true : portOf(values.broker, 1)
  if (broker === undefined) return fault(`--broker takes a port from 1 to 65535, not "${values.broker}".`)
  const origin = values.origin === undefined ? null : originOf(values.origin)
  if (origin === undefined) {
    return fault(
      `--origin takes an address like https://treetop.example.org, without a path, not "${values.origin}".`
    )
  }
  const megabytes = Number(values['max-upload'])
  if (!/^\d+$/.test(values['max-upload']) || megabytes < 1 || megabytes > 1_000_000)
    return fault(`--max-upload takes megabytes from 1 to 1000000, not "${values['max-upload']}".`)
  const given = givenToken(values.token, environment)
  if (given.kind === 'fault') return given
  if (given.token === null && (!isLoopback(host) || origin !== null)) {
    const what = origin === null ? `Listening on ${host}` : `A proxy at ${origin}`
    return fault(
      `${what} lets others on the network in. Set a token of your own (--token, TREETOP_TOKEN or TREETOP_TOKEN_FILE) and share it only with people who may use Treetop.`
    )
  }
  const stray = targets.find((target) => readBrokerUrl(target) === null && !target.endsWith('.treetop'))
  if (stray !== undefined) {
    // The rest of an address may contain a password.
    const shown = isUrl(stray) ? `${stray.split(':')[0]}:…` : stray
    return fault(
      `Unexpected argument "${shown}". A broker address looks like mqtt://host:1883. --help lists the options.`
    )
  }
  return {
    kind: 'run',
    arguments: {
      port,
      host,
      dataDirectory: values['data-dir'] ?? null,
      token: given.token,
      origin,
      open: !values['no-open'],
      broker,
      maxUpload: megabytes * 1_000_000,
      targets
    }
  }
}

/** Drops the advice for programmers that parseArgs appends. */
function firstSentence(text: string): string {
  const [, option] = /^Option '.*?(--[\w-]+)' argument is ambiguous/.exec(text) ?? []
  if (option !== undefined)
    return `A value of ${option} that begins with "-" must be written as ${option}=VALUE.`
  return `${text.split(/\.?\s*\n|\. |\.$/)[0]}.`
}

function fault(sentence: string): ParsedArguments {
  return { kind: 'fault', sentence }
}

/** The origin that a browser sends for an address; undefined if the text has a path or is not a web address. */
function originOf(text: string): string | undefined {
  const url = URL.parse(text)
  const plain = url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`
  return plain ? url.origin : undefined
}

function portOf(text: string, least: number): number | undefined {
  const port = Number(text)
  return /^\d+$/.test(text) && port >= least && port <= 65_535 ? port : undefined
}
