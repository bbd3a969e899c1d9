import { z } from 'zod'
import { ChartedValue, CHARTED_BYTES, type Charted } from '../../decode/charted'
import type { Decoders } from '../../decode/decoders'
import { TopicReader } from '../../history/series'
import { timestamp } from '../../transfer/format'
import { reading, timeOf, type Recorded } from './place'
import { schemaOf } from './schema-of'
import { connection, from, limit, to, tool } from './tool'

/** How long reading may take for one answer, in ms. */
const PATIENCE = 5_000
/** Values that are read at most. */
const MOST_VALUES = 1_000_000
/** Messages from which a schema is inferred. */
const SAMPLES = 500

interface Value {
  at: number
  value: Charted
}

export const readSeries = tool({
  name: 'read_series',
  title: 'Read a series',
  description:
    'Reads the values of one topic over time: the payload itself, or a place in its JSON (also of decoded payloads). If there are more values than limit, numbers are given per interval of time: count, first, minimum, maximum, mean and last.',
  input: {
    connection,
    topic: z.string().min(1).describe('Topic, without wildcards'),
    pointer: z
      .string()
      .regex(/^(\/.*)?$/s)
      .default('')
      .describe('JSON Pointer to the value, such as /temp or /values/0; empty: the whole payload'),
    ...{ from, to },
    limit: limit(1_000, 200)
  },
  output: {
    count: z.number().int().describe('Values in the period'),
    values: z
      .array(z.object({ at: z.string(), value: z.union([z.number(), z.string()]) }))
      .nullable()
      .describe('Every value in order; null: there are more than limit'),
    intervals: z
      .array(
        z.object({
          at: z.string().describe('Where the interval begins'),
          count: z.number().int(),
          first: z.number(),
          minimum: z.number(),
          maximum: z.number(),
          mean: z.number(),
          last: z.number()
        })
      )
      .nullable()
      .describe('The numbers of each interval that has any; null: values has them'),
    states: z
      .record(z.string(), z.number().int())
      .nullable()
      .describe('How often each text or truth value occurs; null: values has them'),
    complete: z.boolean().describe('false: the oldest values were left out, because reading took too long')
  },
  async run(input, place) {
    const recorded = await place.recorded(input.connection)
    const { values, complete } = valuesOf(
      recorded,
      input.topic,
      input.pointer,
      timeOf(input.from),
      timeOf(input.to)
    )
    const count = values.length
    if (count <= input.limit) {
      const each = values.map(({ at, value }) => ({ at: timestamp(at), value: plain(value) }))
      return { count, values: each, intervals: null, states: null, complete }
    }
    return { count, values: null, ...summed(values, input.limit), complete }
  }
})

/** The values of a topic in order of time, as many of the newest as can be read in time. */
function valuesOf(
  { path, decoders }: Recorded,
  topic: string,
  pointer: string,
  start: number | null,
  end: number | null
): { values: Value[]; complete: boolean } {
  const charted = new ChartedValue(topic, pointer, decoders, () => null)
  const values: Value[] = []
  const reached = reading(
    () => TopicReader.open(path),
    (reader) => {
      const range = {
        above: start === null ? 0 : reader.idFrom(start) - 1,
        below: end === null ? Number.MAX_SAFE_INTEGER : reader.idFrom(end)
      }
      return reader.read(
        topic,
        'down',
        range,
        { bytes: CHARTED_BYTES, milliseconds: PATIENCE },
        ({ id, at, payload }) => {
          const value = charted.read(payload, id)
          if (value) values.push({ at, value })
          return values.length < MOST_VALUES
        }
      )
    }
  )
  return { values: values.reverse(), complete: reached === null }
}

function plain(value: Charted): number | string {
  return 'number' in value ? Number(value.number) : value.state
}

interface Interval {
  at: string
  count: number
  first: number
  minimum: number
  maximum: number
  mean: number
  last: number
}

function summed(
  values: readonly Value[],
  most: number
): { intervals: Interval[]; states: Record<string, number> } {
  const begin = values[0]!.at
  const width = Math.max(1, Math.ceil((values.at(-1)!.at - begin + 1) / most))
  const intervals = new Map<number, Interval>()
  const states = new Map<string, number>()
  for (const { at, value } of values) {
    if ('state' in value) {
      // A thousand different texts are no states.
      if (states.size < 1_000 || states.has(value.state))
        states.set(value.state, (states.get(value.state) ?? 0) + 1)
      continue
    }
    const number = Number(value.number)
    const index = Math.floor((at - begin) / width)
    const known = intervals.get(index)
    if (!known) {
      const same = { first: number, minimum: number, maximum: number, mean: number, last: number }
      intervals.set(index, { at: timestamp(begin + index * width), count: 1, ...same })
      continue
    }
    known.count++
    known.minimum = Math.min(known.minimum, number)
    known.maximum = Math.max(known.maximum, number)
    known.mean += (number - known.mean) / known.count
    known.last = number
  }
  return { intervals: [...intervals.values()], states: Object.fromEntries(states) }
}

export const topicSchema = tool({
  name: 'topic_schema',
  title: 'Infer the schema of a topic',
  description: `Infers a JSON Schema from the newest ${SAMPLES} messages of a topic, after decoding, and says which decoder the person has bound to it.`,
  input: { connection, topic: z.string().min(1).describe('Topic, without wildcards') },
  output: {
    messages: z.number().int().describe('Messages that were looked at'),
    decoder: z
      .object({
        filter: z.string(),
        format: z.string(),
        schema: z.string().nullable(),
        type: z.string().nullable()
      })
      .nullable()
      .describe('The decoder that is bound to the topic; null: the format is detected'),
    formats: z.record(z.string(), z.number().int()).describe('How many messages had which format'),
    schema: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe('JSON Schema 2020-12 of the payloads that hold JSON values; null: none does')
  },
  async run({ connection: name, topic }, place) {
    const { path, decoders } = await place.recorded(name)
    const formats = new Map<string, number>()
    const values: unknown[] = []
    let messages = 0
    reading(
      () => TopicReader.open(path),
      (reader) =>
        reader.read(
          topic,
          'down',
          { above: 0, below: Number.MAX_SAFE_INTEGER },
          { bytes: CHARTED_BYTES, milliseconds: PATIENCE },
          ({ payload }) => {
            const { format, value } = parsedPayload(topic, payload, decoders)
            formats.set(format, (formats.get(format) ?? 0) + 1)
            if (value !== undefined) values.push(value)
            return ++messages < SAMPLES
          }
        )
    )
    const bound = decoders.bound(topic)
    return {
      messages,
      decoder: bound && {
        filter: bound.filter,
        format: bound.decoder.format,
        schema: bound.decoder.schema ?? null,
        type: bound.decoder.type ?? null
      },
      formats: Object.fromEntries(formats),
      schema: values.length === 0 ? null : { ...schemaOf(values) }
    }
  }
})

/** The format of a payload, and its value if it is JSON or was decoded to JSON; a number or truth value alone is JSON, too. */
function parsedPayload(
  topic: string,
  payload: Buffer,
  decoders: Decoders
): { format: string; value: unknown } {
  if (payload.length === 0) return { format: 'empty', value: undefined }
  const { body } = decoders.decode(topic, payload, { format: 'auto' })
  if (!('text' in body) || body.format === 'fault') return { format: body.format, value: undefined }
  try {
    const value: unknown = JSON.parse(body.text)
    return { format: body.format === 'text' ? 'json' : body.format, value }
  } catch {
    return { format: body.format, value: undefined }
  }
}
