import type { Words } from './contract/sentence'

/** Words as a text, with the messages of one language. Of a message that is not among them, such as one of another version, the values stay. */
export function sentenceText(messages: Readonly<Record<string, unknown>>, words: Words): string {
  if (typeof words !== 'object') return String(words)
  const values = new Map(
    Object.entries(words.values).map(([name, value]) => [name, sentenceText(messages, value)])
  )
  const message = messages[words.message]
  if (typeof message !== 'string') return [...values.values()].join(' ')
  return message.replace(/\{(\w+)\}/g, (gap, name: string) => values.get(name) ?? gap)
}
