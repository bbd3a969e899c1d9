import { resolve } from 'node:path'
import { isUrl } from '../../shared/broker-url'
import type { Call, Description } from '../command/command'
import { findCommand, type Found } from '../command/dispatch'
import { parse } from '../command/parse'

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
  /** `treetop export …` and the like. */
  | { kind: 'command'; found: Found }
  | { kind: 'help' }
  | { kind: 'version' }

/** `treetop` without a command, as the desktop app. */
export const desktopMode = {
  usage: ['[options] [mqtt://HOST... | FILE.treetop...]'],
  about: [
    'Treetop: an MQTT explorer with a broker inside.',
    "An address (mqtt, mqtts, ws or wss) opens a new connection's form, filled in; nothing is connected by itself. A recording opens in a tab, and is only read."
  ],
  operands: Infinity,
  completeOperand: 'file',
  options: {
    'data-dir': {
      value: 'D',
      complete: 'directory',
      about: 'where profiles, settings and histories live'
    },
    smoke: {
      about: 'open a window, start a broker, connect to it, and leave: exit status 0 when all of that works'
    },
    version: { about: 'print the version' }
  }
} as const satisfies Description

/**
 * Parses the arguments after the program's name. Options of Chromium and of the system are ignored, because a desktop app must start
 * with any arguments. They may come first: an AppImage puts `--no-sandbox` in front where user namespaces are restricted.
 */
export function parseCall(argv: readonly string[], cwd: string): DesktopCall {
  const found = findCommand(argv, desktopMode, foreign)
  if (found) return { kind: 'command', found }
  const own = argv.filter((argument) => !foreign(argument))
  const given = parse(desktopMode, own.at(-1) === '--data-dir' ? own.slice(0, -1) : own)
  if (given.kind === 'help') return given
  const { values, operands } = given.kind === 'call' ? given : nothing
  if (values.version) return { kind: 'version' }
  const asked = values['data-dir']
  return {
    kind: 'run',
    dataDirectory: asked ? resolve(cwd, asked) : null,
    smoke: values.smoke,
    targets: operands.map((each) => (isUrl(each) ? each : resolve(cwd, each))),
    sandboxed: !argv.includes('--no-sandbox')
  }
}

const nothing: Call<typeof desktopMode.options> = {
  values: { 'data-dir': undefined, smoke: false, version: false },
  operands: []
}

/** Whether the argument is an option of Chromium or of the system. */
function foreign(argument: string): boolean {
  const name = /^--?([^=]+)/.exec(argument)?.[1]
  return name !== undefined && !['help', 'h'].includes(name) && !Object.hasOwn(desktopMode.options, name)
}
