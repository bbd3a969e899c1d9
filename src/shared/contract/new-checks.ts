import { z } from 'zod'
import { Bytes, MessageProperties, Qos } from '../message'
import { call } from './define'

/** Payloads beyond this many bytes are not written into a file: a check can expect their size. */
export const MOST_EXPECTED = 100_000
/** Seconds that a check may wait: a whole check may take ten minutes. */
export const LONGEST_WAIT = 590

/** A message that is to be expected. */
const ExpectedMessage = z.object({
  topic: z.string(),
  /** null: it has more than MOST_EXPECTED bytes. */
  payload: Bytes.nullable(),
  /** Payload bytes. */
  size: z.int(),
  qos: Qos,
  retain: z.boolean(),
  properties: MessageProperties.nullable()
})
export type ExpectedMessage = z.infer<typeof ExpectedMessage>

/**
 * How the payload is compared: `json`: its members must be there, with any others; `whole`: it must be equal; `size`: so many bytes.
 */
export const PayloadMatch = z.enum(['json', 'whole', 'size', 'none'])
export type PayloadMatch = z.infer<typeof PayloadMatch>

/** A check that is to be written for a message that was seen or published, or for a saved one of the same collection. */
export const NewCheck = z.object({
  collection: z.string(),
  /** The file that it is appended to; null: a new one. */
  file: z.string().nullable(),
  name: z
    .string()
    .trim()
    .min(1, 'REQUIRED')
    .max(200, 'TOO_LONG')
    .refine((name) => !name.includes('{{'), 'CHECK_NAME_BRACES'),
  source: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('message'), message: ExpectedMessage }),
    z.object({ kind: z.literal('request'), path: z.string() })
  ]),
  /** Of a new file: `local`, or the name of a profile. */
  broker: z.string().min(1, 'REQUIRED'),
  /** The check publishes the message itself. One of a saved message always does. */
  publishes: z.boolean(),
  match: z.object({
    /** null: the first that is offered. */
    payload: PayloadMatch.nullable(),
    qos: z.boolean(),
    retain: z.boolean(),
    properties: z.boolean()
  }),
  /** Seconds. */
  within: z.number('CHECK_WITHIN').min(0.1, 'CHECK_WITHIN').max(LONGEST_WAIT, 'CHECK_WITHIN')
})
export type NewCheck = z.infer<typeof NewCheck>

/** A check as it would be written. */
export const CheckPreview = z.object({
  /** The file, relative to the collection's folder. */
  path: z.string(),
  /** The text of a new file, or what is appended to the file. */
  text: z.string(),
  /** What is possible, the best first. */
  offers: z.array(PayloadMatch).min(1),
  /** The message has MQTT 5 properties that can be expected. */
  hasProperties: z.boolean(),
  /** `script`: the message's script does not run. `generators`: what generators make is not expected. */
  notes: z.array(z.enum(['script', 'generators']))
})
export type CheckPreview = z.infer<typeof CheckPreview>

export const newCheckCalls = {
  /** Throws as `checks.create` does. */
  'checks.preview': call('main', NewCheck, CheckPreview),
  /**
   * Writes a check into a new file, or appends it to one, whose comments and style are kept. Values of secrets are written as their
   * variables. Throws NOT_FOUND, INVALID_INPUT (also for a file with faults, and for a secret of another collection) and FILE_UNWRITABLE.
   */
  'checks.create': call('main', NewCheck, z.object({ path: z.string() }))
}
