import { z } from 'zod'
import { call } from './define'

/** What a script may use (docs/SCRIPTS.md). */
export const SCRIPT_LIMITS = {
  /** Processor time of one call, in ms. */
  callMs: 250,
  /** A process that does not answer a call for this long is ended, in ms. */
  answerMs: 5_000,
  /** What the interpreter may allocate, in bytes. */
  memory: 64_000_000,
  /** Source of a script, in bytes. */
  source: 262_144,
  /** Payload of a message that a script gets or publishes, in bytes. */
  payload: 1_000_000,
  /** Messages that a script publishes in one call, and within a second. */
  publishesPerCall: 100,
  publishesPerSecond: 100,
  /** Notices that a script raises within a minute. */
  noticesPerMinute: 10,
  /** Console lines of one call, and characters of one line. */
  linesPerCall: 100,
  lineLength: 2_000,
  /** Console lines that are kept. */
  consoleLines: 2_000,
  /** Messages that a connection passes to its scripts within a second, and that wait for one script. */
  messagesPerSecond: 2_000,
  waiting: 1_000,
  /** Message scripts that run at the same time: each has a process. */
  running: 20
} as const

/** Where a frame of a script's stack stands. */
export const ScriptFrame = z.object({
  /** Name of the function; empty at the top level. */
  at: z.string(),
  line: z.int(),
  column: z.int()
})
export type ScriptFrame = z.infer<typeof ScriptFrame>

/**
 * Why a script ended early. `ERROR`: it threw, or is no JavaScript. `TIME`, `MEMORY`, `STACK`: it reached a limit. `UNRESPONSIVE`: its
 * process did not answer and was ended. `CRASHED`: its process ended by itself. `NO_FUNCTION`: it does not define the function that is
 * called. `RESULT`: what it returned is no message.
 */
export const ScriptFault = z.object({
  code: z.enum(['ERROR', 'TIME', 'MEMORY', 'STACK', 'UNRESPONSIVE', 'CRASHED', 'NO_FUNCTION', 'RESULT']),
  /** What was thrown, as `name: message`; the function that is missing. */
  message: z.string(),
  /** The script's own frames, innermost first. */
  stack: z.array(ScriptFrame)
})
export type ScriptFault = z.infer<typeof ScriptFault>

/** A line of the console. */
export const ScriptLine = z.object({
  /** Ascending. */
  number: z.int(),
  /** µs since 1970 UTC. */
  at: z.int(),
  collection: z.string(),
  path: z.string(),
  level: z.enum(['log', 'warn', 'error']),
  /** What the script wrote; for `event`, see there. */
  text: z.string(),
  /** Line of the script that wrote it. */
  line: z.int().nullable(),
  stack: z.array(ScriptFrame),
  /** Not from `console`: what Treetop tells about the script. */
  event: z
    .enum(['started', 'fault', 'restarted', 'stopped', 'skipped', 'capped', 'refused', 'dropped', 'notice'])
    .nullable(),
  /** Fault code (`fault`, `restarted`, `stopped`), error code (`refused`), or null. */
  code: z.string().nullable(),
  /** How many messages (`skipped`, `capped`) or lines (`dropped`). */
  count: z.int()
})
export type ScriptLine = z.infer<typeof ScriptLine>

/** What a script does now; see `ScriptStatus`. */
export const ScriptState = z.enum(['off', 'changed', 'ready', 'waiting', 'running', 'stopped', 'tooMany'])

/** A script of a collection, as it is known to this computer. */
export const ScriptStatus = z.object({
  collection: z.string(),
  path: z.string(),
  /** `message`: its header names filters. `publish`: saved messages name it. */
  kind: z.enum(['message', 'publish']),
  /** What its header says: names of connections, and filters. */
  connections: z.array(z.string()),
  filters: z.array(z.string()),
  /**
   * `off`: nobody allowed it here. `changed`: its text is not the one that was allowed. `ready`: saved messages may run it. `waiting`: none
   * of its connections is open. `running`. `stopped`: it failed too often. `tooMany`: more scripts run than may.
   */
  state: ScriptState,
  fault: ScriptFault.nullable(),
  /** Messages that it got, and published, since it was started. */
  handled: z.int(),
  published: z.int()
})
export type ScriptStatus = z.infer<typeof ScriptStatus>

const OfScript = z.object({ collection: z.string(), path: z.string().min(1) })
const Source = z.string().max(SCRIPT_LIMITS.source, 'TOO_LONG')

/** All throw NOT_FOUND. */
export const scriptCalls = {
  'scripts.list': call('main', z.void(), z.array(ScriptStatus)),
  'scripts.read': call('main', OfScript, z.object({ source: z.string() })),
  /**
   * Writes a script. One that was allowed stays allowed with its new text. `before`: the text that was edited; null: whatever the file has.
   * Throws INVALID_INPUT (`SCRIPT_FILE_CHANGED`) if the file has another one, and FILE_UNWRITABLE.
   */
  'scripts.save': call('main', OfScript.extend({ source: Source, before: z.string().nullable() }), z.void()),
  'scripts.create': call(
    'main',
    z.object({
      collection: z.string(),
      parent: z.string(),
      name: z.string().trim().min(1, 'REQUIRED').max(200, 'TOO_LONG'),
      source: Source
    }),
    z.object({ path: z.string() })
  ),
  /** Allows a script to run, with exactly this text. Throws INVALID_INPUT (`SCRIPT_FILE_CHANGED`) if the file has another one. */
  'scripts.allow': call('main', OfScript.extend({ source: z.string() }), z.void()),
  'scripts.forbid': call('main', OfScript, z.void()),
  /** The newest lines, oldest first. */
  'scripts.console': call('main', z.void(), z.array(ScriptLine)),
  'scripts.clearConsole': call('main', z.void(), z.void())
}

export const scriptEvents = {
  /** At most four times a second. */
  'scripts.changed': z.array(ScriptStatus),
  /** New lines, at most four times a second. */
  'scripts.told': z.array(ScriptLine),
  'scripts.cleared': z.object({}),
  /** A script raised notices, all in one call. `name` is what the script is called. */
  'scripts.notice': z.object({ path: z.string(), name: z.string(), texts: z.array(z.string()).min(1) })
}
