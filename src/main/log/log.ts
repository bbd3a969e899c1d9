import { redactText, redactValue } from './redact'

const levels = ['error', 'warn', 'info', 'debug'] as const
export type Level = (typeof levels)[number]

/** A sentence, or a function that makes it: that one is only called when the level is on. */
type Message = string | (() => string)

/** What happened, for whoever has to find out why. Never a payload; a topic only where nothing can be understood without it. */
export type Log = Record<Level, (message: Message, detail?: unknown) => void>

/** A log that gives its lines to `write`, from `least` on. Everything goes through the door (redact.ts) first. */
export function createLog(write: (level: Level, line: string) => void, least: Level = 'info'): Log {
  const at =
    (level: Level) =>
    (message: Message, detail?: unknown): void => {
      if (levels.indexOf(level) > levels.indexOf(least)) return
      write(
        level,
        safely(() => lineOf(typeof message === 'function' ? message() : message, detail))
      )
    }
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') }
}

/** Where nobody reads. */
export const noLog: Log = createLog(() => undefined)

/** What cannot be told (a proxy that throws, say) must not break whoever tells it. */
function safely(make: () => string): string {
  try {
    return make()
  } catch (error) {
    return `a line could not be made: ${error instanceof Error ? error.name : typeof error}`
  }
}

/** One line; an error's stack goes on below it, indented, so that whatever a message holds, a line that begins with a time is ours. */
function lineOf(message: string, detail: unknown): string {
  const line = visible(redactText(message))
  if (detail === undefined) return line
  if (detail instanceof Error) return `${line}\n${stackOf(detail)}`
  return `${line} ${visible(JSON.stringify(redactValue(detail)) ?? '')}`
}

function stackOf(error: Error): string {
  const told = redactValue(error) as Record<string, unknown>
  const { name, message, stack, ...more } = told
  const text = typeof stack === 'string' ? stack : `${String(name)}: ${String(message)}`
  const lines = text.split(/\r?\n/).map(visible)
  const rest = Object.keys(more).length > 0 ? [visible(JSON.stringify(more))] : []
  return [...lines, ...rest].map((line) => `    ${line.trim()}`).join('\n')
}

/** Control characters, and those that turn the direction of a text, as their numbers. */
function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`
  )
}
