import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { describe, expect, it, vi } from 'vitest'
import type { TextFormat } from '../../shared/contract/transfer'
import { historyOf, temporaryFolder, type FixtureMessage } from '../history/fixture'
import type { Selection } from '../history/scan'
import { exportHistory, type ExportStage } from './exporter'
import { FIELDS } from './format'
import { fileSink, partPath, type Sink } from './sink'

const ALL: Selection = { filter: null, from: null, to: null }
const RECEIVED = 1_795_439_156_123_456

const payloads: Record<string, Uint8Array> = {
  empty: Buffer.of(),
  text: Buffer.from('hello!'),
  quotes: Buffer.from('say "hi", \\ ""'),
  lines: Buffer.from('a\nb\r\nc\rd\n'),
  blanks: Buffer.from('  \t a '),
  formula: Buffer.from('=1+1'),
  separators: Buffer.from('a\u2028b\u2029c\u0085'),
  controls: Buffer.from('\x01\x1b[0m\x7f'),
  nul: Buffer.from('a\0b'),
  mark: Buffer.from([0xef, 0xbb, 0xbf, 0x61]),
  markAlone: Buffer.from([0xef, 0xbb, 0xbf]),
  emoji: Buffer.from('温度 😀 é'),
  json: Buffer.from('{"n":9007199254740993,"s":"\\u0000"}'),
  invalid: Buffer.from([0x61, 0xff, 0x62]),
  overlong: Buffer.from([0xc0, 0x80]),
  surrogate: Buffer.from([0xed, 0xa0, 0x80]),
  cut: Buffer.from([0xe6, 0xb8]),
  noncharacter: Buffer.from('\uffff\ufffe\ufffd'),
  ...Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`bytes ${i}`, anyBytes(i)]))
}

/** The given number of pseudo-random bytes, the same in each run. */
function anyBytes(outputLength: number): Buffer {
  return createHash('shake256', { outputLength }).update('exports').digest()
}

const topics = [
  'plain',
  'with,comma',
  'with "quotes"',
  '/',
  '',
  '温度/😀',
  ' blank ',
  '\ufeffmark',
  'line\nbreak',
  '=1'
]

function varied(): FixtureMessage[] {
  return Object.values(payloads).map((payload, i) => ({
    topic: topics[i % topics.length]!,
    payload,
    receivedAt: RECEIVED + i * 999_983,
    direction: i % 5 === 0 ? 'out' : 'in',
    qos: i % 3,
    retain: i % 2 === 0,
    dup: i % 7 === 0,
    ...(i % 4 === 0 && { properties: { contentType: 'a,"b"', userProperties: { k: ['1\r\n', '2'] } } })
  }))
}

/** What an export holds, whatever its format, as the values that were recorded. */
function readBack(file: string, format: TextFormat) {
  const text = readFileSync(file, 'utf8')
  const records: Record<string, unknown>[] =
    format === 'csv'
      ? parse<Record<string, string>>(text, { columns: true, record_delimiter: '\r\n' }).map((record) => ({
          ...record,
          id: Number(record['id']),
          qos: Number(record['qos']),
          size: Number(record['size']),
          retain: record['retain'] === 'true',
          dup: record['dup'] === 'true',
          properties: record['properties'] === '' ? null : JSON.parse(record['properties']!)
        }))
      : text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
  return records.map(({ encoding, payload, ...rest }) => ({
    ...rest,
    payload: Buffer.from(payload as string, encoding as BufferEncoding).toString('hex')
  }))
}

async function exported(path: string, format: TextFormat, selection: Partial<Selection> = {}) {
  const output = join(temporaryFolder(), `out.${format}`)
  const options = { signal: new AbortController().signal, onStage: () => undefined }
  const sink = await fileSink(output, partPath(output, 'job'))
  const stage = await exportHistory(path, { ...ALL, ...selection, format }, sink, options)
  return { output, stage }
}

describe.each(['jsonl', 'csv'] as const)('an export as %s', (format) => {
  it('preserves every recorded field and byte', async () => {
    const messages = varied()
    const { output, stage } = await exported(historyOf(messages).path, format)
    expect(readBack(output, format)).toEqual(
      messages.map((message, i) => ({
        id: i + 1,
        topic: message.topic,
        receivedAt: isoOf(message.receivedAt!),
        direction: message.direction,
        qos: message.qos,
        retain: message.retain,
        dup: message.dup,
        size: message.payload!.length,
        payload: Buffer.from(message.payload!).toString('hex'),
        properties: message.properties ?? null
      }))
    )
    expect(stage).toEqual({ written: messages.length, bytes: readFileSync(output).length, share: 1 })
  })

  it('writes text as text, and anything else as Base64', async () => {
    const asText = ['text', 'lines', 'mark', 'emoji', 'empty']
    const asBase64 = ['invalid', 'overlong', 'surrogate', 'cut', ...(format === 'csv' ? ['nul'] : [])]
    const { path } = historyOf(
      [...asText, ...asBase64].map((name) => ({ topic: name, payload: payloads[name]! }))
    )
    const text = readFileSync((await exported(path, format)).output, 'utf8')
    const encodings = [...text.matchAll(/utf8|base64/g)].map(([found]) => found)
    expect(encodings).toEqual([...asText.map(() => 'utf8'), ...asBase64.map(() => 'base64')])
  })

  it('contains only the selected messages', async () => {
    const { path } = historyOf(
      ['a', 'a/b', 'c', 'a/b', 'a/b'].map((topic, i) => ({ topic, receivedAt: i * 10 }))
    )
    const { output, stage } = await exported(path, format, { filter: 'a/#', from: 10, to: 40 })
    expect(readBack(output, format)).toMatchObject([{ id: 2 }, { id: 4 }])
    expect(stage.written).toBe(2)
  })

  it('of a missing history has no messages', async () => {
    const { output } = await exported(join(temporaryFolder(), 'none.db'), format)
    expect(readFileSync(output, 'utf8')).toBe(format === 'csv' ? `${FIELDS.join(',')}\r\n` : '')
  })

  it('keeps the order over many steps and writes', async () => {
    const messages = Array.from({ length: 12_000 }, (_, i) => ({
      topic: `t/${i % 60}`,
      payload: `value ${i}`
    }))
    const { output } = await exported(historyOf(messages).path, format)
    const found = readBack(output, format)
    expect(found.map(({ payload }) => Buffer.from(payload, 'hex').toString())).toEqual(
      messages.map(({ payload }) => payload)
    )
  })
})

describe('exportHistory', () => {
  const messages = Array.from({ length: 5_000 }, () => ({ topic: 't', payload: 'x'.repeat(1_000) }))

  it('leaves nothing behind when cancelled, and keeps an existing file', async () => {
    const folder = temporaryFolder()
    const output = join(folder, 'out.csv')
    writeFileSync(output, 'before')
    const controller = new AbortController()
    const sink = await fileSink(output, partPath(output, 'job'))
    const slow: Sink = {
      ...sink,
      write: async (bytes) => {
        await sink.write(bytes)
        expect(readdirSync(folder).toSorted()).toEqual(['out.csv', 'out.csv.job.part'])
        controller.abort()
      }
    }
    const running = exportHistory(historyOf(messages).path, { ...ALL, format: 'csv' }, slow, {
      signal: controller.signal,
      onStage: () => undefined
    })
    await expect(running).rejects.toThrow('aborted')
    expect(readdirSync(folder)).toEqual(['out.csv'])
    expect(readFileSync(output, 'utf8')).toBe('before')
  })

  it('leaves nothing behind when the history cannot be read', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'broken.db')
    writeFileSync(path, 'this is no database'.repeat(100))
    const output = join(folder, 'out.jsonl')
    const sink = await fileSink(output, partPath(output, 'job'))
    const running = exportHistory(path, { ...ALL, format: 'jsonl' }, sink, {
      signal: new AbortController().signal,
      onStage: () => undefined
    })
    await expect(running).rejects.toMatchObject({ code: 'HISTORY_UNAVAILABLE' })
    expect(readdirSync(folder)).toEqual(['broken.db'])
  })

  it('pauses reading while the sink is not ready, and yields the thread', async () => {
    const stages: ExportStage[] = []
    let writing = 0
    let turns = 0
    const counting = setInterval(() => turns++, 1)
    // Each clock read is 300 ms later, so that the export yields and reports progress.
    let now = 0
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 300))
    const sink: Sink = {
      async write() {
        expect(++writing).toBe(1)
        const before = turns
        while (turns === before) await new Promise((resolve) => setImmediate(resolve))
        writing--
      },
      finish: () => Promise.resolve(),
      abandon: () => Promise.resolve()
    }
    await exportHistory(historyOf(messages).path, { ...ALL, format: 'jsonl' }, sink, {
      signal: new AbortController().signal,
      onStage: (stage) => stages.push(stage)
    })
    clearInterval(counting)
    clock.mockRestore()
    expect(turns).toBeGreaterThan(0)
    expect(stages.length).toBeGreaterThan(1)
    for (const [i, stage] of stages.entries()) {
      expect(stage.share).toBeGreaterThan(stages[i - 1]?.share ?? 0)
      expect(stage.share).toBeLessThanOrEqual(1)
    }
  })
})

describe('fileSink', () => {
  it('reports which file cannot be written, and why', async () => {
    const folder = temporaryFolder()
    const nowhere = join(folder, 'none', 'out.csv')
    await expect(fileSink(nowhere, partPath(nowhere, 'job'))).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
      details: { path: nowhere, reason: expect.stringContaining('ENOENT') }
    })
  })

  it('replaces only regular files', async () => {
    const output = join(temporaryFolder(), 'folder')
    mkdirSync(output)
    await expect(fileSink(output, partPath(output, 'job'))).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' })
    expect(existsSync(partPath(output, 'job'))).toBe(false)
  })
})

function isoOf(microseconds: number): string {
  const [start] = new Date(Math.floor(microseconds / 1e3)).toISOString().split('Z')
  return `${start}${String(microseconds % 1e3).padStart(3, '0')}Z`
}

it('writes cells that a spreadsheet would calculate as text, if asked to, and numbers as they are', async () => {
  const formula = Buffer.from('fbef', 'hex')
  const { path } = historyOf([
    { topic: '=cmd', payload: Buffer.from('=1+1') },
    { topic: '@a', payload: Buffer.from('-4.5e-3') },
    { topic: '+b', payload: Buffer.from('-cmd|x') },
    { topic: 'c', payload: formula },
    { topic: 'd', payload: Buffer.from('\t"x"') }
  ])
  const cells = async (format: TextFormat): Promise<[string, string][]> => {
    const text = readFileSync((await exported(path, format)).output, 'utf8')
    return parse<Record<string, string>>(text, { columns: true }).map(({ topic, payload }) => [
      topic!,
      payload!
    ])
  }
  expect(formula.toString('base64')).toBe('++8=')
  expect(await cells('csv')).toEqual([
    ['=cmd', '=1+1'],
    ['@a', '-4.5e-3'],
    ['+b', '-cmd|x'],
    ['c', '++8='],
    ['d', '\t"x"']
  ])
  expect(await cells('csvSafe')).toEqual([
    ["'=cmd", "'=1+1"],
    ["'@a", '-4.5e-3'],
    ["'+b", "'-cmd|x"],
    ['c', "'++8="],
    ['d', '\'\t"x"']
  ])
})
