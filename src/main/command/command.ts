import type { SecretBox } from '../profiles/secrets'
import type { SpawnWorker } from '../worker'

/** What a shell offers in place of a value: paths, or these words. */
export type Completion = 'file' | 'directory' | readonly string[]

/** An option of a command, under its long name without the dashes. */
export interface Option {
  /** One letter, for `-t`. */
  short?: string
  /** What its value is called in the help; absent: the option has no value. */
  value?: string
  /** The value may be left out, and must then be written as `--option=VALUE`; it is empty without. */
  optional?: true
  /** The option may be given several times. */
  many?: true
  /** The only values that it takes. */
  choices?: readonly string[]
  complete?: Completion
  /** For the help: what it does, and the default. */
  about: string
  /** Heading above it in the help, and above all that follow. */
  heading?: string
}

export type Options = Record<string, Option>

/** What was given for each option. */
export type Values<O extends Options> = {
  [K in keyof O]: O[K] extends { value: string }
    ? O[K] extends { many: true }
      ? string[]
      : string | undefined
    : boolean
}

export interface Example {
  /** What follows `treetop`. */
  line: string
  about?: string
}

/** What a command takes. Its help, its documentation and the completion of shells come from this. */
export interface Description<O extends Options = Options> {
  /** Usage lines: what follows the command's name. */
  usage: readonly string[]
  /** What the command does, in paragraphs. */
  about: readonly string[]
  options: O
  /** How many arguments it takes that are no options, at most; Infinity: any number. */
  operands: number
  completeOperand?: Completion
  /** Below the options. */
  notes?: readonly string[]
  examples?: readonly Example[]
  /** Exit statuses in words: `0 success, 1 failure, 2 wrong usage`. */
  statuses?: string
}

/** A command with its arguments, checked against its description. */
export interface Call<O extends Options> {
  values: Values<O>
  operands: string[]
}

/** What a command needs of the program that runs it. */
export interface CommandContext {
  /** Treetop's version. */
  version: string
  defaultDataDirectory: string
  spawn: SpawnWorker
  environment: NodeJS.ProcessEnv
  /** What decrypts a data directory's secrets in this program; null: nothing does. Creates no file. */
  secretBox(directory: string): Promise<SecretBox | null>
  /** `treetop` without a command, as this program understands it. */
  root: Description
  /** All commands. */
  commands: readonly CommandDescription[]
}

/** What a word after `treetop` does. */
export interface CommandDescription<O extends Options = Options> extends Description<O> {
  name: string
  /** One line for the list of commands. */
  summary: string
  /** It may need the secrets of a profile, in the data directory that `--data-dir` names. */
  usesSecrets?: true
}

/** Does what a command says. Returns the exit status. Throws Misuse, and errors that `sentenceOf` puts into words. */
export type Run<O extends Options> = (call: Call<O>, context: CommandContext) => Promise<number>

/** A description with what does it. */
export interface Command extends CommandDescription {
  run: Run<Options>
}

/** Exit statuses. */
export const DONE = 0
export const FAILED = 1
export const MISUSED = 2
export const TIMED_OUT = 3
/** Ctrl+C before the work was done: 128 and the number of SIGINT, as shells have it. */
export const INTERRUPTED = 130

/** Invalid arguments; the message is the sentence shown to the user. */
export class Misuse extends Error {}

/** The work could not be done; the message is the sentence shown to the user. */
export class Failure extends Error {}

/** Keeps the exact type of a command's options. */
export function describe<const O extends Options>(description: CommandDescription<O>): CommandDescription<O> {
  return description
}

/** Joins a description with what does it, which is loaded when it is needed. */
export function command<O extends Options>(
  description: CommandDescription<O>,
  load: () => Promise<Run<O>>
): Command {
  const run: Run<O> = async (call, context) => (await load())(call, context)
  return { ...description, run: run as Run<Options> }
}
