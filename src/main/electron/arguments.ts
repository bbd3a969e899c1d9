import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { isUrl } from '../../shared/broker-url'

/** Parsed command line of the desktop app. */
export type DesktopCall =
  | {
      kind: 'run'
      dataDirectory: string | null
      smoke: boolean
      targets: string[]
      /** false: Chromium's sandbox was switched off (`--no-sandbox`). */
      sandboxed: boolean
    }
  /** `treetop export …`, `treetop probe …`, `treetop replay …`: the remaining arguments belong to the command. */
  | { kind: 'export' | 'probe' | 'replay'; argv: string[] }
  | { kind: 'help' }
  | { kind: 'version' }

export const usage = `Treetop: an MQTT explorer with a broker inside.

Usage: treetop [options] [mqtt://HOST... | FILE.treetop...]
       treetop export --help
       treetop probe --help
       treetop replay --help

An address (mqtt, mqtts, ws or wss) opens a new connection's form, filled in; nothing is connected by itself. A
recording opens in a tab, and is only read.

  --data-dir D   where profiles, settings and histories live
  --smoke        open a window, start a broker, connect to it, and leave: exit status 0 when all of that works
  --version      print the version
  --help         print this
`

const options = {
  'data-dir': { type: 'string' },
  smoke: { type: 'boolean' },
  version: { type: 'boolean' },
  help: { type: 'boolean' }
} as const

/**
 * Parses the arguments after the program's name. Options of Chromium and of the system are ignored, because a desktop app must start
 * with any arguments. They may come first: an AppImage puts `--no-sandbox` in front where user namespaces are restricted.
 */
export function parseCall(argv: readonly string[], cwd: string): DesktopCall {
  const first = argv.findIndex((argument) => !foreign(argument))
  const command = argv[first]
  if (command === 'export' || command === 'probe' || command === 'replay')
    return { kind: command, argv: argv.slice(first + 1) }
  const { values, positionals } = parseArgs({ args: [...argv], options, strict: false })
  if (values.help === true) return { kind: 'help' }
  if (values.version === true) return { kind: 'version' }
  const asked = values['data-dir']
  return {
    kind: 'run',
    dataDirectory: typeof asked === 'string' && asked !== '' ? resolve(cwd, asked) : null,
    smoke: values.smoke === true,
    targets: positionals.map((each) => (isUrl(each) ? each : resolve(cwd, each))),
    sandboxed: !argv.includes('--no-sandbox')
  }
}

/** Whether the argument is an option of Chromium or of the system. */
function foreign(argument: string): boolean {
  const name = /^--?([^=]+)/.exec(argument)?.[1]
  return name !== undefined && !Object.hasOwn(options, name)
}
