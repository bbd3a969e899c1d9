import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { historyOf, temporaryFolder } from '../history/fixture'
import { historyPath } from '../history/path'
import { inspectRecording } from '../history/recording-file'
import { captureOutput, runWords } from './command.fixture'

vi.mock('../transfer/save-worker?modulePath', () => ({ default: 'worker' }))

const captured = captureOutput()
const DAY = Date.UTC(2026, 10, 23) * 1e3

/** A data directory with messages of every kind, and a function that exports them to a file. */
function exporting(): { folder: string; exported: (name: string) => Promise<string> } {
  const directory = temporaryFolder()
  const folder = temporaryFolder()
  mkdirSync(join(directory, 'history'))
  writeFileSync(join(directory, 'profiles.json'), JSON.stringify({ profiles: [{ id: 'p', name: 'Plant' }] }))
  historyOf(
    [
      { topic: 'a', payload: 'plain, "quoted"\r\nand two lines', receivedAt: DAY + 1 },
      { topic: 'a/b', payload: Buffer.from([0, 255, 1]), receivedAt: DAY + 2, qos: 2, dup: true },
      { topic: 'a', payload: '', receivedAt: DAY + 2, retain: true, qos: 1, direction: 'out' },
      {
        topic: 'ü',
        payload: '=1',
        receivedAt: DAY + 5_000_000,
        properties: { contentType: 'x', userProperties: { a: ['1', '2'] }, correlationData: 'AP8=' }
      }
    ],
    historyPath(directory, 'p')
  )
  return {
    folder,
    async exported(name) {
      const output = join(folder, name)
      const format = name.split('.').at(-1)!
      const words = ['export', '--data-dir', directory, '--format', format, '--output', output, '--force']
      expect(await runWords(words)).toBe(0)
      return output
    }
  }
}

const parsed = (lines: string): unknown[] =>
  lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)

/** The messages of a recording, exported again. */
async function messagesOf(recording: string): Promise<unknown[]> {
  const directory = temporaryFolder()
  mkdirSync(join(directory, 'history'))
  writeFileSync(join(directory, 'profiles.json'), JSON.stringify({ profiles: [{ id: 'p', name: 'Plant' }] }))
  writeFileSync(historyPath(directory, 'p'), readFileSync(recording))
  const output = join(temporaryFolder(), 'again.jsonl')
  expect(await runWords(['export', '--data-dir', directory, '--format', 'jsonl', '--output', output])).toBe(0)
  return parsed(readFileSync(output, 'utf8'))
}

it.each(['jsonl', 'csv', 'treetop'])('makes a recording of %s that has the same messages', async (format) => {
  const { folder, exported } = exporting()
  const original = parsed(readFileSync(await exported('original.jsonl'), 'utf8'))
  const output = join(folder, 'new.treetop')
  expect(await runWords(['import', await exported(`plant.${format}`), '--output', output])).toBe(0)
  expect(captured.said).toContain(`Saved 4 messages to ${output}.\n`)
  expect(inspectRecording(output)).toMatchObject({ profile: 'plant', messages: 4, version: '9.9.9' })
  expect(await messagesOf(output)).toEqual(original)
})

it('merges files by time', async () => {
  const folder = temporaryFolder()
  const file = (name: string, times: number[]): string => {
    const path = join(folder, name)
    const line = (second: number): string =>
      JSON.stringify({ topic: name, receivedAt: `2026-11-23T00:00:0${second}Z`, payload: String(second) })
    writeFileSync(path, times.map(line).join('\n'))
    return path
  }
  const output = join(folder, 'both.treetop')
  const files = [file('one.jsonl', [1, 4, 5]), file('two.jsonl', [2, 3, 4, 9])]
  expect(await runWords(['import', ...files, '--name', 'Both', '-o', output])).toBe(0)
  const messages = (await messagesOf(output)) as { topic: string; payload: string }[]
  expect(messages.map(({ topic, payload }) => `${topic[0]}${payload}`)).toEqual([
    'o1',
    't2',
    't3',
    'o4',
    't4',
    'o5',
    't9'
  ])
  expect(inspectRecording(output).profile).toBe('Both')
})

it.each([
  [
    'a.jsonl',
    '{"topic":"a","receivedAt":"2026-11-23T00:00:00Z","payload":"x"}\n{"topic":',
    'a.jsonl:2: not JSON'
  ],
  [
    'a.jsonl',
    '{"topic":"a/#","receivedAt":"2026-11-23","payload":"x"}',
    'a.jsonl:1: not an exported message (topic: not a topic).'
  ],
  ['a.jsonl', '[1]', 'a.jsonl:1: not an exported message (the line: '],
  ['a.csv', 'id,topic,receivedAt\r\n1,a', 'a.csv: not CSV as Treetop writes it'],
  ['a.csv', 'topic,receivedAt,qos,payload\r\na,2026-11-23,7,x', 'a.csv:2: not an exported message (qos: '],
  ['a.treetop', 'no database', 'is not a Treetop recording.']
])('writes nothing of %s if it contains %j', async (name, content, sentence) => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, name), content)
  expect(await runWords(['import', join(folder, name), '-o', join(folder, 'new.treetop')])).toBe(1)
  expect(captured.said).toContain(sentence)
  expect(readdirSync(folder)).toEqual([name])
})

it.each([
  [[], 'Give at least one file to import'],
  [['x.txt', '-o', 'y.treetop'], 'Say what x.txt holds with --format jsonl, csv or treetop.'],
  [['-', '-o', 'y.treetop'], 'Say what standard input holds'],
  [['-', '--format', 'treetop', '-o', 'y.treetop'], 'A recording cannot come on standard input.'],
  [[join(import.meta.dirname, 'import.test.ts'), '--format', 'csv', '-o', 'y.db'], 'A recording needs a name']
])('answers %j with a sentence and status 2', async (argv, sentence) => {
  expect(await runWords(['import', ...argv])).toBe(2)
  expect(captured.said).toContain(sentence)
})
