import type { PayloadBody } from '../../shared/contract/decode'
import { compare } from '../decode/compare'
import { snippetOf } from '../decode/snippet'
import { bytesOfHex } from '../history/needle'
import type { ArchiveCalls } from './archive-functions'
import type { HistoryDecoding } from './history-decoding'
import type { Indexing } from './indexing'
import type { OpenHistories } from './open-histories'

/** Reads the messages of histories. */
export function messageCalls(
  histories: OpenHistories,
  decoding: HistoryDecoding,
  indexing: Indexing
): ArchiveCalls<'messages'> {
  return {
    'messages.page'({ path, scope, limit, before, after }) {
      const query = {
        scope,
        limit,
        ...(before !== undefined && { before }),
        ...(after !== undefined && { after })
      }
      const { rows, more } = histories.read(path, { rows: [], more: false }, ({ reader }) =>
        reader.page(query)
      )
      const decoders = decoding.decodersOf(path)
      return {
        rows: rows.map(({ start, ...head }) => ({
          ...head,
          ...decoders.preview(head.topic, start, head.size)
        })),
        more
      }
    },
    'messages.search'({ path, query, before, limit }) {
      const indexed = indexing.indexOf(path)
      const none = { found: [], next: null, share: 1 }
      const { found, next, share } = histories.read(path, none, ({ search }) =>
        search.step(query, indexed?.index ?? null, before, limit)
      )
      const sought = query.hex ? bytesOfHex(query.text) : query.text
      const decoders = decoding.decodersOf(path)
      const rows = found.map(({ payload, ...head }) => ({
        ...head,
        ...snippetOf(payload, sought, () => decoders.preview(head.topic, payload, payload.length))
      }))
      return { rows, next, share, unindexed: indexed?.unindexed ?? 0 }
    },
    'messages.get'({ path, id, decoder }) {
      const message = histories.read(path, null, ({ reader }) => reader.get(id))
      return message && decoding.view(path, message, decoder)
    },
    'messages.decode': ({ path, topic, payload, decoder }) =>
      decoding.decodersOf(path).decode(topic, payload, decoder),
    'messages.compare': ({ path, before, after }) =>
      histories.read(path, null, ({ reader }) => {
        const last = reader.get(after)
        const first = last && reader.get(before ?? reader.previous(last))
        if (!first) return null
        const { payload: left, ...beforeHead } = first
        const { payload: right, ...afterHead } = last
        const readable = (payload: Uint8Array): PayloadBody =>
          decoding.view(path, payload === left ? first : last, { format: 'auto' }).body
        return { before: beforeHead, after: afterHead, ...compare(left, right, readable) }
      }),
    'messages.count': ({ path, scope }) => ({
      messages: histories.read(path, 0, ({ reader }) => reader.count(scope))
    })
  }
}
