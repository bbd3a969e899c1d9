import { readBrokerUrl } from '../../shared/broker-url'
import type { Description } from '../command/command'
import { parse, withoutPassword } from '../command/parse'
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

/** `treetop` without a command, in browser mode. */
export const browserMode = {
  usage: ['[options] [mqtt://HOST... | FILE.treetop...]'],
  about: [
    'Treetop in the browser: an MQTT explorer with a broker inside. In a checkout `npm run web --` stands for `treetop`.',
    'An address (mqtt, mqtts, ws or wss) fills in the form of a new connection; nothing connects automatically. A recording opens in a tab, read-only.'
  ],
  operands: Infinity,
  completeOperand: 'file',
  options: {
    port: { value: 'N', about: 'port of the page (default: 7883, or the next free one)' },
    host: {
      value: 'A',
      about: 'address to listen on (default: 127.0.0.1); any other than loopback requires a token'
    },
    'data-dir': {
      value: 'D',
      complete: 'directory',
      about: 'directory for profiles, settings and histories'
    },
    token: {
      value: 'T',
      about:
        "token that the page's address must contain (default: a new one at each start); to keep it out of the list of processes, set TREETOP_TOKEN, or TREETOP_TOKEN_FILE to the path of a file that contains it"
    },
    origin: {
      value: 'URL',
      about: 'public address when Treetop is behind a proxy (https://treetop.example.org); requires a token'
    },
    'max-upload': {
      value: 'MB',
      about: 'largest recording that may be opened from the browser, in megabytes (default: 10000)'
    },
    'no-open': { about: 'do not open the browser' },
    broker: { value: 'PORT', optional: true, about: 'start the local broker and connect to it' },
    version: { about: 'print the version' }
  }
} as const satisfies Description

/** Parses the command line of browser mode. Returns a sentence if it is invalid. The token may come from `environment`. */
export function parseArguments(argv: string[], environment: NodeJS.ProcessEnv = {}): ParsedArguments {
  const parsed = parse(browserMode, argv)
  if (parsed.kind === 'help') return parsed
  if (parsed.kind === 'fault') return fault(`${parsed.sentence} --help lists the options.`)
  const { values, operands: targets } = parsed
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
  const { 'max-upload': upload = '10000' } = values
  const megabytes = Number(upload)
  if (!/^\d+$/.test(upload) || megabytes < 1 || megabytes > 1_000_000)
    return fault(`--max-upload takes megabytes from 1 to 1000000, not "${upload}".`)
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
    return fault(
      `Unexpected argument "${withoutPassword(stray)}". A broker address looks like mqtt://host:1883. --help lists the options.`
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
