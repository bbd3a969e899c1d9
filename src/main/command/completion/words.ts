import type { Completion, Description, Option } from '../command'

/** What a shell completes for one command, or for `treetop` itself (`name` empty). */
export interface Words {
  name: string
  summary: string
  options: FlagWords[]
  operand: Completion | undefined
}

export interface FlagWords {
  /** `-t`, `--topic`. */
  flags: string[]
  short: string | undefined
  long: string
  about: string
  many: boolean
  /** What its value is called; undefined: it has none. */
  value: string | undefined
  /** `--option=VALUE` only. */
  optional: boolean
  complete: Completion | undefined
}

const help: Option = { short: 'h', about: 'print the help' }

export function wordsOf(name: string, summary: string, description: Description): Words {
  const options = Object.entries({ ...description.options, help })
  return {
    name,
    summary,
    operand: description.completeOperand,
    options: options.map(([long, { short, about, many, value, optional, choices, complete }]) => ({
      flags: short ? [`-${short}`, `--${long}`] : [`--${long}`],
      short,
      long,
      about,
      many: many === true,
      value,
      optional: optional === true,
      complete: choices ?? complete
    }))
  }
}

/** The first words of an explanation, for menus of one line. */
export function brief(about: string): string {
  return about.replace(/[;:(].*$/s, '').trim()
}

/** The words that a completion offers. */
export function offered(complete: Completion | undefined): readonly string[] {
  return typeof complete === 'object' ? complete : []
}
