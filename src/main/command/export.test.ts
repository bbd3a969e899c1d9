import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { historyOf, temporaryFolder } from '../history/fixture'
import { historyPath } from '../history/path'
import { inspectRecording } from '../history/recording-file'
import { saveThreads } from '../transfer/save.fixture'
import { runWords } from './command.fixture'

vi.mock('../transfer/save-worker?modulePath', () => ({ default: 'worker' }))

/** The content of profiles.json, as far as an export reads it. */
const profiles = [
  { id: 'p1', name: 'Plant' },
  { id: 'p2', name: 'Office' },
  { id: 'p3', name: 'Twin' },
  { id: 'p4', name: 'Twin' }
]

let said = ''
let out = ''

beforeEach(() => {
  said = out = ''
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text)
    return true
  })
})
afterEach(() => void vi.restoreAllMocks())

/** A data directory in which `Plant` has recorded four messages. */
function dataDirectory(): string {
  const directory = temporaryFolder()
  mkdirSync(join(directory, 'history'))
  writeFileSync(join(directory, 'profiles.json'), JSON.stringify({ profiles }))
  const day = Date.UTC(2026, 10, 23) * 1e3
  const names = ['a', 'a/b', 'c', 'a/b']
  historyOf(
    names.map((topic, i) => ({ topic, payload: `${i}`, receivedAt: day + i * 1e6 })),
    historyPath(directory, 'p1')
  )
  return directory
}

function run(directory: string, ...argv: string[]): Promise<number> {
  return runWords(['export', ...argv], { defaultDataDirectory: directory, spawn: saveThreads().spawn })
}

describe('treetop export', () => {
  it('writes the messages of a profile, a filter and a range of time, beside the open history', async () => {
    const directory = dataDirectory()
    const output = join(temporaryFolder(), 'out.jsonl')
    const range = ['--from', '2026-11-23T00:00:01Z', '--to', '2026-11-23T00:00:03Z']
    const where = ['--data-dir', directory, '--format', 'jsonl', '--output', output]
    expect(await run(directory, ...where, '--profile', 'Plant', '--topic', 'a/#', ...range)).toBe(0)
    const [line, ...rest] = readFileSync(output, 'utf8').split('\n')
    expect(JSON.parse(line!)).toMatchObject({ id: 2, topic: 'a/b', payload: '1' })
    expect(rest).toEqual([''])
    expect(said).toBe(`Exported 1 message to ${output}.\n`)
  })

  it('replaces a file only with --force, and none in a data directory', async () => {
    const directory = dataDirectory()
    const output = join(temporaryFolder(), 'out.csv')
    writeFileSync(output, 'mine')
    const write = ['--format', 'csv', '--csv-safe', '--output']
    expect(await run(directory, ...write, output)).toBe(2)
    expect(said).toContain('exists. Add --force to replace it.')
    expect(readFileSync(output, 'utf8')).toBe('mine')
    expect(await run(directory, ...write, output, '--force')).toBe(0)
    expect(readFileSync(output, 'utf8')).toMatch(/^id,topic/)
    writeFileSync(join(directory, 'lock.db'), '')
    const settings = join(directory, 'settings.json')
    expect(await run(directory, ...write, settings, '--force')).toBe(2)
    expect(existsSync(settings)).toBe(false)
    expect(await run(directory, '--format', 'jsonl', '--csv-safe', '--output', output, '--force')).toBe(2)
    expect(said).toContain('--csv-safe is for --format csv.')
  })

  it('takes the one profile that has recorded anything when none is named', async () => {
    const output = join(temporaryFolder(), 'out.csv')
    expect(await run(dataDirectory(), '--format', 'csv', '--output', output)).toBe(0)
    expect(readFileSync(output, 'utf8').split('\r\n')).toHaveLength(6)
  })

  it('writes only the data to standard output', async () => {
    vi.spyOn(process.stdout, 'write').mockImplementation(((text: Buffer, done?: () => void) => {
      out += text.toString()
      done?.()
      return true
    }) as typeof process.stdout.write)
    expect(await run(dataDirectory(), '--format', 'jsonl', '--output', '-')).toBe(0)
    expect(out.trimEnd().split('\n')).toHaveLength(4)
    expect(said).toBe('')
    out = ''
    expect(await run(dataDirectory(), '--help')).toBe(0)
    expect(out).toContain('Usage: treetop export')
  })

  it.each<[string[], string]>([
    [['--profile', 'Pant'], 'There is no profile "Pant". Profiles: "Plant", "Office", "Twin", "Twin".'],
    [['--profile', 'Twin'], 'There are 2 profiles named "Twin". Give one of their ids: p3, p4.'],
    [['--data-dir', '/nowhere'], 'There are no profiles in /nowhere. Is --data-dir right?'],
    [['--topic', 'a/#/b'], 'The topic filter "a/#/b" is not valid: # must be its last level.'],
    [['--from', 'noon'], '--from "noon" is not a time.'],
    [['--from', '20', '--to', '10'], '--from must be earlier than --to.'],
    [['--format', 'xml'], '--format takes jsonl, csv or treetop, not "xml". See treetop export --help.'],
    [['--output', ''], 'Give the file to write with --output FILE'],
    [['--colour', 'red'], "Unknown option '--colour'. See treetop export --help."],
    [['--format', 'treetop', '--topic', 'a/#'], 'leave out --topic, --from and --to.'],
    [['--format', 'treetop', '--output', '-'], 'A recording needs a file'],
    [['stray'], 'Unexpected argument "stray". See treetop export --help.']
  ])('answers %j with a sentence and status 2', async (argv, sentence) => {
    const folder = temporaryFolder()
    const good = ['--format', 'csv', '--output', join(folder, 'out.csv')]
    expect(await run(dataDirectory(), ...good, ...argv)).toBe(2)
    expect(said).toContain(sentence)
    expect(readdirSync(folder)).toEqual([])
  })

  it('saves a recording of a whole history', async () => {
    const output = join(temporaryFolder(), 'out.treetop')
    expect(await run(dataDirectory(), '--format', 'treetop', '--output', output)).toBe(0)
    expect(said).toBe(`Saved 4 messages to ${output}.\n`)
    expect(inspectRecording(output)).toMatchObject({ profile: 'Plant', version: '9.9.9', messages: 4 })
    said = ''
    const nowhere = join(output, 'none.treetop')
    expect(await run(dataDirectory(), '--format', 'treetop', '--output', nowhere)).toBe(1)
    expect(said).toContain('The recording was not saved: ')
    expect(existsSync(nowhere)).toBe(false)
  })

  it('reports that a file cannot be written, with status 1', async () => {
    const output = join(temporaryFolder(), 'none', 'out.csv')
    expect(await run(dataDirectory(), '--format', 'csv', '--output', output)).toBe(1)
    expect(said).toContain(`Cannot write ${output}: ENOENT`)
  })
})
