import { existsSync } from 'node:fs'
import { z } from 'zod'
import { everyMessage } from '../../../shared/contract/messages'
import { probeAddress } from '../../../shared/contract/probe'
import { compileFilter } from '../../../shared/topic'
import { historyPath } from '../../history/path'
import { PastReader } from '../../history/past'
import { HistoryReader } from '../../history/reader'
import { HistorySearch, type Found } from '../../history/search'
import { TopicList } from '../../history/topic-list'
import { timestamp } from '../../transfer/format'
import { cursorOf, filterOf, reading, timeOf, type Recorded } from './place'
import { Refusal } from './refusal'
import { shownMessage, ShownMessage } from './shown'
import { connection, cursor, filter, from, limit, next, payloadLimit, to, tool } from './tool'

/** How long a search may take for one answer, in ms. */
const PATIENCE = 5_000
/** Characters of a payload that get_message returns at most. */
const WHOLE = 100_000

export const listConnections = tool({
  name: 'list_connections',
  title: 'List connections',
  description: "Lists the person's MQTT connections, with what was recorded of each.",
  input: {},
  output: {
    connections: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        address: z.string(),
        mqttVersion: z.enum(['3.1', '3.1.1', '5']),
        topics: z.number().int(),
        messages: z.number().int(),
        first: z.string().nullable().describe('When the first recorded message was received'),
        last: z.string().nullable().describe('When the last one was'),
        mayPublish: z.boolean().describe('The person has allowed publish_message for it')
      })
    )
  },
  async run(_input, place) {
    const profiles = await place.profiles()
    return {
      connections: profiles.map((profile) => {
        const path = historyPath(place.directory, profile.id)
        const { id, name, version, mcpPublish } = profile
        return {
          id,
          name,
          address: probeAddress(profile),
          mqttVersion: ({ 3: '3.1', 4: '3.1.1', 5: '5' } as const)[version],
          ...(existsSync(path) ? recordedOf(path) : { topics: 0, messages: 0, first: null, last: null }),
          mayPublish: mcpPublish
        }
      })
    }
  }
})

function recordedOf(path: string): {
  topics: number
  messages: number
  first: string | null
  last: string | null
} {
  const ends = reading(
    () => PastReader.open(path),
    (past) => past.ends()
  )
  return {
    topics: reading(
      () => TopicList.open(path),
      (list) => list.count()
    ),
    messages: reading(
      () => HistoryReader.open(path),
      (reader) => reader.count({ topic: null, subtree: true })
    ),
    first: ends && timestamp(ends.first.at),
    last: ends && timestamp(ends.last.at)
  }
}

export const listTopics = tool({
  name: 'list_topics',
  title: 'List topics',
  description:
    'Lists the recorded topics of a connection, each with its number of messages and its newest one.',
  input: { connection, filter, limit: limit(200, 50), cursor, payloadLimit: payloadLimit.default(100) },
  output: {
    topics: z.array(
      z.object({ topic: z.string(), messages: z.number().int(), newest: ShownMessage.nullable() })
    ),
    next
  },
  async run(input, place) {
    const { path, decoders } = await place.recorded(input.connection)
    const wanted = filterOf(input.filter)
    const matches = wanted === null ? () => true : compileFilter(wanted)
    const above = cursorOf(input.cursor) ?? 0
    const page = reading(
      () => TopicList.open(path),
      (list) => list.page(above, matches, input.limit)
    )
    const topics = reading(
      () => HistoryReader.open(path),
      (reader) =>
        page.topics.map((topic) => {
          const scope = { topic, subtree: false }
          const [row] = reader.page({ scope, limit: 1 }).rows
          const message = row && reader.get(row.id)
          const newest = message
            ? shownMessage(message, Buffer.from(message.payload), decoders, input.payloadLimit)
            : null
          return { topic, messages: reader.count(scope), newest }
        })
    )
    return { topics, next: page.next === null ? null : String(page.next) }
  }
})

const found = {
  messages: z.array(ShownMessage).describe('Newest first'),
  next,
  complete: z.boolean().describe('false: time was up before the whole range was searched; continue with next')
}

export const readMessages = tool({
  name: 'read_messages',
  title: 'Read messages',
  description:
    'Reads recorded messages, newest first: all, those of one topic, or those that a topic filter matches.',
  input: {
    connection,
    filter: filter.describe('Topic, or topic filter such as plant/+/temp or plant/#; absent: everything'),
    ...{ from, to },
    direction: z.enum(['in', 'out']).optional().describe('in: received, out: published by Treetop'),
    limit: limit(200, 20),
    ...{ cursor, payloadLimit }
  },
  output: found,
  run: async (input, place) =>
    searched(await place.recorded(input.connection), { ...input, text: '', hex: false })
})

export const searchMessages = tool({
  name: 'search_messages',
  title: 'Search messages',
  description:
    'Finds recorded messages that contain a text in the payload or topic, or bytes in the payload. Newest first.',
  input: {
    connection,
    text: z.string().min(1).max(1_000).describe('Text, case ignored; with hex, pairs of hex digits'),
    hex: z.boolean().default(false).describe('text holds the hex digits of bytes'),
    ...{ filter, from, to },
    limit: limit(200, 20),
    ...{ cursor, payloadLimit }
  },
  output: found,
  async run(input, place) {
    if (input.hex && !/^(\s*[0-9a-f]{2})+\s*$/i.test(input.text))
      throw new Refusal('text is not pairs of hex digits.')
    return searched(await place.recorded(input.connection), input)
  }
})

interface Wanted {
  text: string
  hex: boolean
  filter?: string | undefined
  from?: string | undefined
  to?: string | undefined
  direction?: 'in' | 'out' | undefined
  limit: number
  cursor?: string | undefined
  payloadLimit: number
}

function searched(
  { path, decoders }: Recorded,
  wanted: Wanted
): { messages: z.infer<typeof ShownMessage>[]; next: string | null; complete: boolean } {
  const query = {
    ...everyMessage,
    text: wanted.text,
    hex: wanted.hex,
    filter: filterOf(wanted.filter),
    from: timeOf(wanted.from),
    to: timeOf(wanted.to),
    direction: wanted.direction ?? null
  }
  const deadline = performance.now() + PATIENCE
  let before = cursorOf(wanted.cursor)
  const messages: Found[] = []
  let isLate = false
  reading(
    () => HistorySearch.open(path),
    (search) => {
      do {
        const step = search.step(query, null, before, wanted.limit - messages.length)
        messages.push(...step.found)
        before = step.next ?? undefined
        isLate = performance.now() > deadline
      } while (before !== undefined && messages.length < wanted.limit && !isLate)
    }
  )
  return {
    messages: messages.map(({ payload, ...head }) =>
      shownMessage(head, payload, decoders, wanted.payloadLimit)
    ),
    next: before === undefined ? null : String(before),
    complete: before === undefined || messages.length === wanted.limit
  }
}

export const getMessage = tool({
  name: 'get_message',
  title: 'Get a message',
  description: `Reads one recorded message with its payload, up to ${WHOLE.toLocaleString('en-US')} characters.`,
  input: { connection, id: z.int().min(1).describe('Id of a message of this connection') },
  output: { message: ShownMessage },
  async run(input, place) {
    const { profile, path, decoders } = await place.recorded(input.connection)
    const message = reading(
      () => HistoryReader.open(path),
      (reader) => reader.get(input.id)
    )
    if (!message) throw new Refusal(`"${profile.name}" has no message ${input.id}. It may have been deleted.`)
    return { message: shownMessage(message, Buffer.from(message.payload), decoders, WHOLE) }
  }
})
