import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import mqtt from 'mqtt'
import { setup } from '../../broker/listeners/listen.fixture'
import { copyHistory } from '../../history/copy'
import { historyOf, temporaryFolder, type FixtureMessage } from '../../history/fixture'
import { runReplay } from './command'

let said = ''
let out = ''

beforeEach(() => {
  said = out = ''
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text)
    return true
  })
  vi.spyOn(process.stdout, 'write').mockImplementation(((text: string, done?: () => void) => {
    out += text
    done?.()
    return true
  }) as typeof process.stdout.write)
})
afterEach(() => void vi.restoreAllMocks())

const run = (...argv: string[]): Promise<number> =>
  runReplay(argv, {
    profilesIn: () => Promise.resolve([{ id: 'p1', name: 'Plant' }]),
    defaultDataDirectory: '/nowhere'
  })

async function recordingOf(messages: FixtureMessage[]): Promise<string> {
  const target = join(temporaryFolder(), 'plant.treetop')
  const origin = { profile: 'Plant', version: '1.0.0', savedAt: 1_795_000_000_000 }
  await copyHistory(historyOf(messages).path, target, origin, () => undefined)
  return target
}

describe('treetop replay', () => {
  it('publishes a recording to a broker', async () => {
    const { listener } = await setup('tcp')
    const url = `mqtt://127.0.0.1:${listener.port}`
    const client = await mqtt.connectAsync(url, { protocolVersion: 5 })
    onTestFinished(() => void client.end())
    const got: string[] = []
    client.on('message', (topic, payload, { qos }) => got.push(`${topic} ${payload.toString()} ${qos}`))
    await client.subscribeAsync('#', { qos: 2 })
    const file = await recordingOf([
      { topic: 'plant/a', payload: '1', qos: 1, receivedAt: 1_000_000 },
      { topic: 'plant/b', payload: '2', receivedAt: 1_500_000 },
      { topic: 'other', payload: '3', qos: 2, receivedAt: 2_000_000 }
    ])
    const code = await run(file, '--to', url, '--speed', '100', '--strip', 'plant/', '--prefix', 'test/')
    expect([said, code]).toEqual([`Published 3 messages to ${url}.\n`, 0])
    await vi.waitFor(() => expect(got).toEqual(['test/a 1 1', 'test/b 2 0', 'other 3 2']))
  })

  it('says how many messages did not arrive, and why', async () => {
    const { listener } = await setup('tcp')
    const file = await recordingOf([{ topic: 'a', payload: '1' }])
    const url = `mqtt://127.0.0.1:${listener.port}`
    expect(await run(file, '--to', url, '--strip', 'a')).toBe(1)
    expect(said).toContain('1 message could not be published. The last reason: its topic is not valid')
  })

  it('fails when the broker cannot be reached, or the file is no recording', async () => {
    const file = await recordingOf([{ topic: 'a' }])
    expect(await run(file, '--to', 'mqtt://127.0.0.1:1')).toBe(1)
    expect(said).toContain('mqtt://127.0.0.1:1 cannot be reached')
    said = ''
    const other = join(temporaryFolder(), 'x.treetop')
    writeFileSync(other, 'no recording, but text that is longer than the header of one '.repeat(4))
    expect(await run(other, '--to', 'mqtt://127.0.0.1:1')).toBe(1)
    expect(said).toContain('x.treetop is not a Treetop recording.')
  })

  it('prints help with examples', async () => {
    expect(await run('--help')).toBe(0)
    expect(out).toMatch(/Examples:\n {2}treetop replay plant\.treetop --to mqtt:\/\/localhost/)
    expect(out.split('\n').every((line) => line.length <= 120)).toBe(true)
  })

  it.each<[string[], string]>([
    [['f.treetop'], 'Give the broker with --to'],
    [['--to', 'mqtt://h'], 'Give a recording'],
    [['f', 'g', '--to', 'mqtt://h'], 'Give one recording'],
    [['f', '--to', 'http://eva:secret@h'], '"http:…" is not a broker address'],
    [['f', '--to', 'mqtt://h', '--filter', 'a/#/b'], '"a/#/b" is not a topic filter'],
    [['f', '--to', 'mqtt://h', '--prefix', 'a/+/'], '--prefix "a/+/" cannot begin a topic'],
    [
      ['f', '--to', 'mqtt://h', '--speed', '1000'],
      '--speed takes a number from 0.1 to 100, or max, not "1000".'
    ],
    [['f', '--to', 'mqtt://h', '--qos', '3'], '--qos takes 0, 1 or 2, not "3".'],
    [['f', '--to', 'mqtt://h', '--state', 'last'], '--state needs --from'],
    [['f', '--to', 'mqtt://h', '--from', 'noon'], '--from "noon" is not a time'],
    [['f', '--to', 'mqtt://h', '--pointer', 'time'], '"time" is not a JSON Pointer'],
    [['f', '--to', 'mqtt://h', '--retain', '--no-retain'], 'Give only one of'],
    [['f', '--to', 'mqtt://h', '--fast'], 'See treetop replay --help'],
    [
      ['--profile', 'Nobody', '--to', 'mqtt://h'],
      'There is no profile "Nobody" in /nowhere. Profiles: "Plant".'
    ]
  ])('does not guess what %j means', async (argv, sentence) => {
    expect(await run(...argv)).toBe(2)
    expect(said).toContain(sentence)
    expect(said).not.toContain('secret')
  })
})
