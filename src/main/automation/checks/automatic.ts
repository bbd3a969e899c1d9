import type { Step } from './check-file'
import { isMap } from './json'
import type { Path } from './located'

/** The client that a step means when it names none. */
export const DEFAULT_CLIENT = 'client'

/** A topic of an expectation, as it is written. */
export interface WrittenTopic {
  text: unknown
  path: Path
}

/** What the expectations of a client are about, if no step subscribes it. */
export interface Automatic {
  client: string
  /** A connect step connects it: it is subscribed afterwards. */
  isConnectedByStep: boolean
  topics: WrittenTopic[]
}

/** The clients whose subscriptions follow from their expectations. */
export function automaticSubscriptions(steps: readonly Step[]): Automatic[] {
  const found = new Map<string, Automatic>()
  const subscribed = new Set<string>()
  const connected = new Set<string>()
  for (const { kind, value, path } of steps) {
    if (kind === 'subscribe') for (const each of [value].flat()) subscribed.add(clientOf(each))
    else if (kind === 'connect') connected.add(typeof value === 'string' ? value : clientOf(value))
    else if (kind === 'expect')
      for (const { item, at, client } of expectations(value, path)) {
        const name = clientOf(item) === DEFAULT_CLIENT ? client : clientOf(item)
        const entry = found.get(name) ?? { client: name, isConnectedByStep: false, topics: [] }
        found.set(name, entry)
        if (isMap(item) && item['topic'] !== undefined)
          entry.topics.push({ text: item['topic'], path: [...at, 'topic'] })
      }
  }
  return [...found.values()]
    .filter(({ client }) => !subscribed.has(client))
    .map((each) => ({ ...each, isConnectedByStep: connected.has(each.client) }))
}

function clientOf(value: unknown): string {
  return isMap(value) && typeof value['as'] === 'string' ? value['as'] : DEFAULT_CLIENT
}

function expectations(value: unknown, path: Path): { item: unknown; at: Path; client: string }[] {
  if (isMap(value) && 'disconnect' in value) return []
  if (isMap(value) && Array.isArray(value['messages']))
    return (value['messages'] as unknown[]).map((item, index) => ({
      ...{ item, at: [...path, 'messages', index], client: clientOf(value) }
    }))
  if (Array.isArray(value))
    return (value as unknown[]).map((item, index) => ({ item, at: [...path, index], client: DEFAULT_CLIENT }))
  return [{ item: value, at: path, client: DEFAULT_CLIENT }]
}
