import type { Words } from '../../shared/contract/sentence'
import { m } from '../paraglide/messages'

type Message = (values: Record<string, string>) => string

/** Words from a process, in the language of the interface. */
export function wordsText(words: Words): string {
  if (typeof words !== 'object') return String(words)
  const { message, values } = words
  const texts = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, wordsText(value)]))
  // A log may have been written by a version with other messages.
  return Object.hasOwn(m, message)
    ? (m[message as keyof typeof m] as Message)(texts)
    : Object.values(texts).join(' ')
}
