import { TemplateError } from './fault'
import { formatTime } from './format-time'
import type { GeneratorMemory, Slot } from './memory'
import type { Words } from './parse'
import type { Row } from './rows'

/** What generators read besides their arguments. */
export interface Sources {
  /** ms since 1970 UTC; the same throughout a message. */
  now: number
  env(name: string): string | undefined
  captured(name: string): string | undefined
  /** Throws ROWS_UNREADABLE. */
  rows(file: string): readonly Row[]
}

interface Made {
  text: string
  /** What it remembers of this message; absent: nothing. */
  next?: Slot
}

interface Generator {
  /** Names of its arguments, in the order in which they can be given without a name; `*`: any number. */
  arguments: readonly string[]
  /** Uses of the same key are one generator, with one value in a message. Default: one for each place in a text. */
  key?: (read: Arguments) => string | null
  make: (read: Arguments, sources: Sources, memory: GeneratorMemory, key: string) => Made
}

/** Reads the arguments of one use. All throw a TemplateError. */
class Arguments {
  constructor(
    private readonly given: ReadonlyMap<string, string>,
    readonly rest: readonly string[]
  ) {}

  text(name: string, fallback?: string): string {
    const text = this.given.get(name) ?? fallback
    if (text === undefined) throw new TemplateError('MISSING_ARGUMENT', name)
    return text
  }

  number(name: string, fallback?: number): number {
    const text = this.text(name, fallback === undefined ? undefined : String(fallback))
    const value = Number(text)
    if (text.trim() === '' || !Number.isFinite(value))
      throw new TemplateError('BAD_NUMBER', name, text.slice(0, 40))
    return value
  }

  /** `min` and `max`. */
  range(): [number, number] {
    const [min, max] = [this.number('min', 0), this.number('max', 100)]
    if (min > max) throw new TemplateError('BAD_RANGE', '', `${min} … ${max}`)
    return [min, max]
  }

  /** Digits after the point. */
  decimals(fallback: number): number {
    const digits = this.number('decimals', fallback)
    if (!Number.isInteger(digits) || digits < 0 || digits > 15)
      throw new TemplateError('BAD_RANGE', 'decimals', '0 … 15')
    return digits
  }
}

const generators: Record<string, Generator> = {
  $counter: {
    arguments: ['start', 'step', 'name'],
    key: (read) => (read.text('name', '') === '' ? null : `counter ${read.text('name')}`),
    make(read, _sources, memory, key) {
      const { used } = memory.slot(key)
      const text = String(read.number('start', 1) + used * read.number('step', 1))
      return { text, next: { used: used + 1, value: null } }
    }
  },
  /** Of Sparkplug payloads (Sparkplug 3.0, 6.4.5): 0 in a birth, then one more in each message, and 0 after 255. */
  $seq: {
    arguments: ['at', 'name'],
    key: (read) => `seq ${read.text('name', '')}`,
    make(read, _sources, memory, key) {
      const at = read.text('at', 'next')
      if (at !== 'next' && at !== 'birth') throw new TemplateError('UNKNOWN_ARGUMENT', at.slice(0, 40))
      const used = at === 'birth' ? 0 : memory.slot(key).used
      return { text: String(used % 256), next: { used: used + 1, value: null } }
    }
  },
  $uuid: {
    arguments: [],
    make: (_read, _sources, memory, key) => ({ text: memory.draw(key).uuid, next: memory.slot(key) })
  },
  $now: {
    arguments: ['format', 'offset'],
    make: (read, { now }) => ({
      text: formatTime(now + read.number('offset', 0) * 1_000, read.text('format', 'iso'))
    })
  },
  $random: {
    arguments: ['min', 'max', 'decimals'],
    make(read, _sources, memory, key) {
      const [min, max] = read.range()
      const digits = read.decimals(0)
      const { number } = memory.draw(key)
      const value = digits === 0 ? Math.floor(min + number * (max - min + 1)) : min + number * (max - min)
      return { text: value.toFixed(digits), next: memory.slot(key) }
    }
  },
  $choice: {
    arguments: ['*'],
    make({ rest }, _sources, memory, key) {
      if (rest.length === 0) throw new TemplateError('MISSING_ARGUMENT', 'value')
      return { text: rest[Math.floor(memory.draw(key).number * rest.length)]!, next: memory.slot(key) }
    }
  },
  $walk: {
    arguments: ['min', 'max', 'step', 'decimals', 'start'],
    make(read, _sources, memory, key) {
      const [min, max] = read.range()
      const { used, value } = memory.slot(key)
      const before = value ?? read.number('start', (min + max) / 2)
      const moved = before + (memory.draw(key).number * 2 - 1) * read.number('step', (max - min) / 20)
      const now = Math.min(max, Math.max(min, value === null ? before : moved))
      return { text: now.toFixed(read.decimals(2)), next: { used: used + 1, value: now } }
    }
  },
  $sine: {
    arguments: ['min', 'max', 'period', 'decimals'],
    make(read, { now }) {
      const [min, max] = read.range()
      const period = read.number('period', 60)
      if (period <= 0) throw new TemplateError('BAD_RANGE', 'period', '> 0')
      const angle = (now / 1_000 / period) * 2 * Math.PI
      return { text: ((min + max) / 2 + (Math.sin(angle) * (max - min)) / 2).toFixed(read.decimals(2)) }
    }
  },
  $row: {
    arguments: ['file', 'column'],
    key: (read) => `row ${read.text('file')}`,
    make(read, sources, memory, key) {
      const rows = sources.rows(read.text('file'))
      const { used } = memory.slot(key)
      const row = rows[used % rows.length]!
      const column = read.text('column')
      const text = row.get(column)
      if (text === undefined)
        throw new TemplateError('NO_COLUMN', column, [...row.keys()].slice(0, 20).join(', '))
      return { text, next: { used: used + 1, value: null } }
    }
  },
  $captured: {
    arguments: ['name'],
    make(read, sources) {
      const name = read.text('name')
      const text = sources.captured(name)
      if (text === undefined) throw new TemplateError('NO_CAPTURE', name)
      return { text }
    }
  },
  $env: {
    arguments: ['name'],
    make(read, sources) {
      const name = read.text('name')
      const text = sources.env(name)
      if (text === undefined) throw new TemplateError('NO_ENV', name)
      return { text }
    }
  }
}

export const generatorNames: readonly string[] = Object.keys(generators)

/** Texts and remembered values of the message that is being made, by key. */
export type MadeByKey = Map<string, Made>

/**
 * The value of a generator.
 *
 * @param place where it stands, which tells it from others of its kind
 * @param made what the message has used before; the value is added
 */
export function generate(
  words: Words,
  place: string,
  made: MadeByKey,
  sources: Sources,
  memory: GeneratorMemory
): string {
  const generator = Object.hasOwn(generators, words.name) ? generators[words.name]! : null
  if (!generator) throw new TemplateError('UNKNOWN_GENERATOR', words.name, generatorNames.join(', '))
  const given = new Map(words.named)
  const any = generator.arguments[0] === '*'
  for (const name of given.keys())
    if (any || !generator.arguments.includes(name)) throw new TemplateError('UNKNOWN_ARGUMENT', name)
  if (!any)
    for (const [index, value] of words.positional.entries()) {
      const name = generator.arguments[index]
      if (name === undefined || given.has(name))
        throw new TemplateError('UNKNOWN_ARGUMENT', value.slice(0, 40))
      given.set(name, value)
    }
  const read = new Arguments(given, words.positional)
  const key = generator.key?.(read) ?? `${place} ${words.name}`
  // A row has many columns, so its text is made each time.
  const before = made.get(key)
  if (before && words.name !== '$row') return before.text
  const now = generator.make(read, sources, memory, key)
  made.set(key, now)
  return now.text
}
