import collections from '../../../../messages/en/collections.json'
import decode from '../../../../messages/en/decode.json'
import encode from '../../../../messages/en/encode.json'
import errors from '../../../../messages/en/errors.json'
import failures from '../../../../messages/en/failures.json'
import schema from '../../../../messages/en/schema.json'
import type { Sentence, Words } from '../../../shared/contract/sentence'
import { sentenceText } from '../../../shared/sentence-text'
import { TookLong } from '../../decode/bounded'

/** Messages that sentences about checks consist of. */
export type MessageName =
  | keyof typeof collections
  | keyof typeof decode
  | keyof typeof encode
  | keyof typeof errors
  | keyof typeof failures
  | keyof typeof schema

/** The English messages that the page shows. */
const catalogue = { ...collections, ...decode, ...encode, ...errors, ...failures, ...schema }

/** A message with the values of its gaps. */
export function said(message: MessageName, values: Record<string, Words> = {}): Sentence {
  return { message, values }
}

/** Words as the command line and reports have them. */
export function english(words: Words): string {
  return sentenceText(catalogue, words)
}

/** The same words with every text from outside changed. */
export function withTexts(words: Words, change: (text: string) => string): Words {
  if (typeof words !== 'object') return change(String(words))
  const values = Object.entries(words.values).map(([name, value]) => [name, withTexts(value, change)])
  return { ...words, values: Object.fromEntries(values) as Sentence['values'] }
}

/** An error that says what is wrong in a sentence of the catalogues; its message is English. */
export class SaidError extends Error {
  constructor(
    readonly sentence: Words,
    options?: ErrorOptions
  ) {
    super(english(sentence), options)
  }
}

/** What an error says. */
export function reasonOf(error: unknown): Words {
  if (error instanceof SaidError) return error.sentence
  if (error instanceof TookLong) return said('failure_took_long', { seconds: error.seconds })
  return error instanceof Error ? error.message : String(error)
}

/** The place of a fault before it. No fault has none. */
export function at(place: Words, fault: Words | null): Words | null {
  return fault === null || place === '' ? fault : said('failure_at', { place, fault })
}

/** zod carries the messages of faults as texts. */
export function must(message: MessageName, values: Record<string, Words> = {}): string {
  return JSON.stringify(said(message, values))
}

/** The words of a message that zod has carried; those of zod itself are English. */
export function carried(message: string): Words {
  return message.startsWith('{"message":') ? (JSON.parse(message) as Sentence) : message
}
