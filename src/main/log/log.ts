import { redactText, redactValue } from './redact'

const levels = ['error', 'warn', 'info', 'debug'] as const
export type Level = (typeof levels)[number]

/** A sentence, or a function that returns it, which is called only if the level is enabled. */
type Message = string | (() => string)

/** Records events for troubleshooting. Never log payloads; log topics only where the event makes no sense without them. */
export type Log = Record<Level, (message: Message, detail?: unknown) => void>

/** Creates a log that passes lines of level `least` and above to `write`, redacted (redact.ts). */
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

/** A log that discards everything. */
export const noLog: Log = createLog(() => undefined)

/** Logging must not throw, even if a value cannot be formatted (a proxy that throws, for example). */
function safely(make: () => string): string {
  try {
    return make()
  } catch (error) {
    return `a line could not be made: ${error instanceof Error ? error.name : typeof error}`
  }
}

/** Formats one entry. An error's stack follows indented, so a line that starts with a time is always an entry of its own. */
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

/** Escapes control characters and characters that change the text direction. */
function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`
  )
}
