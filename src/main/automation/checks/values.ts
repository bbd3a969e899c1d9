import { z } from 'zod'
import type { Sentence } from '../../../shared/contract/sentence'
import { similar } from '../template/fault'
import { listed } from './listed'
import { must, said } from './said'

/** A text with a variable that is not known yet, while a file is only read. */
export class Pending {
  constructor(readonly text: string) {}
}

/** What a text became that consists of one template: a number or a truth value where one is wanted, or else a text. */
export class Loose {
  constructor(readonly text: string) {}

  /** As YAML would read it, if that is written back as the same text. */
  get scalar(): string | number | boolean | null {
    const { text } = this
    if (text === 'true' || text === 'false') return text === 'true'
    if (text === 'null') return null
    return text !== '' && String(Number(text)) === text && Number.isFinite(Number(text)) ? Number(text) : text
  }

  toJSON(): unknown {
    return this.scalar
  }
}

/** A value as a text. */
export function textOf(value: unknown): string {
  if (value instanceof Loose) return value.text
  const given = value ?? ''
  return typeof given === 'string' ? given : JSON.stringify(given)
}

/** A value that may be a template. Its faults are those of the value that it becomes. */
export function templated<T>(schema: z.ZodType<T>): z.ZodType<T> {
  return z.unknown().transform((given, context): T => {
    // While a file is only read, nobody uses the value.
    if (given instanceof Pending) return undefined as T
    if (given === undefined) return refuse(context, must('failure_must_exist'))
    const readings: unknown[] = given instanceof Loose ? [given.text, given.scalar] : [given]
    const [read, other] = readings.map((each) => schema.safeParse(each))
    if (read!.success) return read!.data
    if (other?.success) return other.data
    for (const issue of read!.error.issues)
      context.issues.push({ code: 'custom', message: issue.message, path: issue.path, input: given })
    return z.NEVER
  })
}

function refuse(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message })
  return z.NEVER
}

/** A map with these keys and no others. */
export function fields<S extends z.ZodRawShape>(shape: S) {
  const known = Object.keys(shape)
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? unknownKey((issue as unknown as { keys: string[] }).keys[0]!, known)
        : issue.input === undefined
          ? must('failure_must_exist')
          : must('failure_must_map')
  })
}

function unknownKey(key: string, known: readonly string[]): string {
  return JSON.stringify(similarKey(key, known) ?? said('failure_unknown_key', { known: listed(known) }))
}

/** That a key is not known, with the one that was probably meant; null: none is similar. */
export function similarKey(key: string, known: readonly string[]): Sentence | null {
  const meant = similar(key, known)
  return meant === '' ? null : said('failure_similar_key', { meant })
}

/** A text; what looks like a number or a truth value to YAML is taken as it is written. */
export const text = templated(
  z
    .union([z.string(), z.number(), z.boolean(), z.null()], must('failure_must_text'))
    .transform((value) => String(value ?? ''))
)
/** A text without variables. */
export const plainText = z.string(must('failure_must_plain_text'))
/** A name without variables. */
export const name = z.string(must('failure_must_name')).min(1, must('failure_must_not_be_empty'))
export const truth = templated(z.boolean(must('failure_must_truth')))
/** Anything; templates within are expanded. */
export const anything = z.unknown()

export function whole(min: number, max: number): z.ZodType<number> {
  const message = must('failure_must_whole', { min, max })
  return templated(z.int(message).min(min, message).max(max, message))
}

export function oneOf<const T extends string | number>(...choices: readonly T[]): z.ZodType<T> {
  const message = must('failure_must_one_of', {
    choices: listed(choices.slice(0, -1)),
    last: choices.at(-1) ?? ''
  })
  return templated(z.custom<T>((value) => choices.includes(value as T), message))
}

/** Longest wait in a file, in ms. */
const MAX_WAIT = 600_000
const units = { ms: 1, s: 1_000, m: 60_000 }

/** A time, in ms. */
export const duration = templated(
  z.string(must('failure_must_time')).transform((given, context) => {
    const [, count, unit] = /^(\d+(?:\.\d+)?)\s*(ms|s|m)$/.exec(given.trim()) ?? []
    const time = count === undefined ? Number.NaN : Number(count) * units[unit as keyof typeof units]
    if (Number.isNaN(time)) context.addIssue({ code: 'custom', message: must('failure_must_time') })
    else if (time > MAX_WAIT) context.addIssue({ code: 'custom', message: must('failure_must_short') })
    return time
  })
)

/** A map of texts. */
export const texts = z.record(z.string(), text, must('failure_must_texts'))

/** A list, or one in its place. */
export function oneOrMany<T>(schema: z.ZodType<T>): z.ZodType<T[]> {
  return z.unknown().transform((given, context): T[] => {
    const isList = Array.isArray(given)
    const items: unknown[] = isList ? (given as unknown[]) : [given]
    return items.flatMap((item, index) => {
      const read = schema.safeParse(item)
      if (read.success) return [read.data]
      pass(read.error, context, isList ? [index] : [])
      return []
    })
  })
}

/** Passes the faults of a part on, at its place. */
export function pass(error: z.ZodError, context: z.RefinementCtx, at: readonly PropertyKey[]): void {
  for (const issue of error.issues)
    context.issues.push({
      code: 'custom',
      message: issue.message,
      path: [...at, ...issue.path, ...(issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])],
      input: undefined
    })
}
