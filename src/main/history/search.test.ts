import { expect, it, onTestFinished } from 'vitest'
import { everyMessage, type SearchQuery } from '../../shared/contract/messages'
import { historyOf, type FixtureMessage } from './fixture'
import { Indexer } from './indexer'
import { HistorySearch } from './search'

/** Searches as a page does: step by step until done. */
function searcher(messages: FixtureMessage[], indexed: number | 'none') {
  const file = historyOf(messages)
  file.index()
  const search = HistorySearch.open(file.path)
  const indexer = indexed === 'none' ? null : Indexer.open(file.path)
  while (indexer && indexer.index.watermark < (indexed as number) && indexer.advance(500));
  onTestFinished(() => {
    search.close()
    indexer?.close()
  })
  const ids = (query: Partial<SearchQuery>, limit = 1_000): number[] => {
    const found: number[] = []
    for (let before: number | undefined; ;) {
      const step = search.step({ ...everyMessage, ...query }, indexer?.index ?? null, before, limit)
      found.push(...step.found.map(({ id }) => id))
      if (step.next === null) return found
      before = step.next
    }
  }
  return { ids, file, indexer }
}

const payloads = [
  'plain words',
  'PLAIN Words',
  '温度 21.4 °C',
  'Привет, мир',
  'ПРИВЕТ',
  'École élémentaire',
  'ÉCOLE',
  'ab',
  'xAB',
  'a',
  '',
  'null \0 within',
  '{"value":21.37,"unit":"C"}',
  "quote \" and 'single' AND OR NOT",
  Buffer.from([0x00, 0xff, 0x10, 0x41, 0x42, 0xc3]),
  Buffer.from([0xc3, 0x28, 0x61, 0x62, 0x63]),
  'İstanbul',
  'straße STRASSE',
  'tail ab',
  '\u212aelvin',
  'dot \u0130'
]
const topics = ['plant/Temp', 'plant/kälte', 'home/温度', 'a/b', '$SYS/x']
const messages: FixtureMessage[] = Array.from({ length: 3_000 }, (_, i) => ({
  topic: topics[i % topics.length]!,
  payload: i % 7 === 0 ? payloads[(i / 7) % payloads.length]! : `filler ${i} of no interest`,
  receivedAt: 1_000 + i,
  qos: i % 3,
  retain: i % 11 === 0,
  direction: i % 13 === 0 ? 'out' : 'in'
}))
const bytesOf = (payload: string | Uint8Array): Buffer => Buffer.from(payload as string)

/** The expected result, from a check of every message. */
function expected(fits: (message: FixtureMessage, payload: Buffer) => boolean): number[] {
  return messages
    .map((message, i) => (fits(message, bytesOf(message.payload!)) ? i + 1 : 0))
    .filter((id) => id > 0)
    .reverse()
}

const sought = [
  'plain words',
  'WORDS',
  '温度',
  '温',
  '度 21',
  'привет',
  'ПРИ',
  'école',
  'É',
  'ab',
  'AB',
  'a',
  '21.37',
  '"value":',
  '" and',
  'AND OR',
  'null \0',
  'temp',
  'KÄLTE',
  'sys',
  'straße',
  'i̇stanbul',
  'filler 299',
  'zzz',
  'k',
  'kel',
  'KELV',
  'i',
  'ki',
  't i',
  '/',
  '%',
  '_',
  '*'
]

/** What a message is found by: its topic and its payload as text, and the payload's bytes with ASCII letters in lower case. */
const lowered = messages.map(({ topic, payload }) => {
  const bytes = bytesOf(payload!)
  return {
    texts: [topic.toLowerCase(), bytes.toString().toLowerCase()],
    bytes: bytes.toString('latin1').replace(/[A-Z]/g, (letter) => letter.toLowerCase())
  }
})
const plain = sought.map((text) => {
  const lower = text.toLowerCase()
  const lowerBytes = Buffer.from(lower).toString('latin1')
  const fits = lowered.map(
    ({ texts, bytes }) => texts.some((each) => each.includes(lower)) || bytes.includes(lowerBytes)
  )
  return { text, ids: messages.flatMap((_, i) => (fits[i] ? [i + 1] : [])).reverse() }
})

it.each(['none', 0, 1_500, 3_000] as const)(
  'finds the same with the index at %s, in every script and length',
  (indexed) => {
    const { ids } = searcher(messages, indexed)
    for (const { text, ids: all } of plain) {
      expect(ids({ text }), text).toEqual(all)
      expect(ids({ text }, 7), `${text}, in small pages`).toEqual(all)
    }
  }
)

it.each(['none', 3_000] as const)('finds bytes by their hex digits (index: %s)', (indexed) => {
  const { ids } = searcher(messages, indexed)
  for (const text of ['00', '00ff10', '41 42 c3', 'C328', '6162', 'c389', 'deadbeef']) {
    const bytes = Buffer.from(text.replaceAll(' ', ''), 'hex')
    expect(ids({ text, hex: true }), text).toEqual(expected((_, payload) => payload.includes(bytes)))
  }
})

it.each(['none', 1_500, 3_000] as const)('keeps to its conditions (index: %s)', (indexed) => {
  const { ids } = searcher(messages, indexed)
  expect(ids({ qos: 2 })).toEqual(expected(({ qos }) => qos === 2))
  expect(ids({ retain: true, direction: 'out' })).toEqual(
    expected(({ retain, direction }) => retain === true && direction === 'out')
  )
  expect(ids({ filter: 'plant/+' })).toEqual(expected(({ topic }) => topic.startsWith('plant/')))
  // The filter of a shared subscription finds the messages received through it.
  expect(ids({ filter: '$share/group/plant/+' })).toEqual(ids({ filter: 'plant/+' }))
  expect(ids({ filter: '#', text: 'ab' })).toEqual(
    expected(({ topic }, payload) => !topic.startsWith('$') && /ab/i.test(payload.toString('latin1')))
  )
  expect(ids({ from: 1_100, to: 1_200 })).toEqual(
    expected(({ receivedAt }) => receivedAt! >= 1_100 && receivedAt! < 1_200)
  )
  expect(ids({ from: 9_999 })).toEqual([])
  expect(ids({ filter: 'none/#', text: 'a' })).toEqual([])
  expect(ids({ text: 'filler', from: 1_100, to: 1_500, qos: 1, filter: 'a/b', direction: 'in' })).toEqual(
    expected(
      ({ topic, receivedAt, qos, direction }, payload) =>
        topic === 'a/b' &&
        receivedAt! >= 1_100 &&
        receivedAt! < 1_500 &&
        qos === 1 &&
        direction === 'in' &&
        payload.includes('filler')
    )
  )
})

it.each(['none', 3_000] as const)('leaves out messages that are being cleared (index: %s)', (indexed) => {
  const { ids, file } = searcher(messages, indexed)
  // As the writer leaves it in `meta` until all rows are deleted.
  const clearing = JSON.stringify([{ topic: 'plant', subtree: true, ceiling: 2_000 }])
  file.database.prepare("INSERT INTO meta VALUES ('clearing', ?)").run(clearing)
  const kept = (topic: string, id: number): boolean => !topic.startsWith('plant/') || id > 2_000
  expect(ids({ filter: '#' })).toEqual(
    expected(({ topic, receivedAt }) => !topic.startsWith('$') && kept(topic, receivedAt! - 999))
  )
  expect(ids({ text: 'filler' })).toEqual(
    expected(({ topic, receivedAt }, payload) => payload.includes('filler') && kept(topic, receivedAt! - 999))
  )
})
