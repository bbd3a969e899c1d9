import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { ProbeSheet } from '../../shared/contract/probe'
import { setup } from '../broker/listeners/listen.fixture'
import { freePort, Mosquitto, mosquittoInstalled } from '../mqtt/mosquitto.fixture'
import { temporaryFolder } from '../profiles/temporary.fixture'
import { runWords } from './command.fixture'

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

function fileWith(text: string): string {
  const path = join(temporaryFolder(), 'file')
  writeFileSync(path, text)
  return path
}

const run = (...argv: string[]): Promise<number> => runWords(['probe', ...argv])

describe('treetop probe', () => {
  it('prints a table of what the broker supports', async () => {
    const { listener } = await setup('tcp')
    const { port } = listener
    expect(await run(`mqtt://127.0.0.1:${port}`)).toBe(0)
    expect(out).toContain(`mqtt://127.0.0.1:${port}, 20`)
    expect(out).toMatch(/^\| MQTT 5 +\| yes +\| The broker accepts it\. +\|$/m)
    expect(out).toMatch(/^\| QoS 1 +\| yes +\| Arrived after [\d.]+ ms, acknowledged after [\d.]+ ms\. +\|$/m)
    expect(out).toMatch(
      /^\| Longest keep alive +\| yes +\| 60 seconds, instead of the requested 65,535 seconds\. +\|$/m
    )
    expect(out).toMatch(/^\| Longest topic +\| yes +\| 65,535 bytes, the most that MQTT allows\. +\|$/m)
    expect(
      new Set(
        out
          .split('\n')
          .filter((line) => line.startsWith('|'))
          .map((line) => line.length)
      ).size
    ).toBe(1)
    expect(said).toBe('')
  })

  it('prints JSON over TLS, with a CA or without verification', async () => {
    const { listener, ca } = await setup('tls')
    const url = `mqtts://127.0.0.1:${listener.port}`
    expect(await run(url, '--json', '--ca', fileWith(ca))).toBe(0)
    expect(ProbeSheet.parse(JSON.parse(out))).toMatchObject({ format: 1, address: url, end: 'complete' })
    out = ''
    expect(await run(url, '--insecure', '--json')).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ treetop: '9.9.9' })
    out = ''
    expect(await run(url)).toBe(1)
    expect(out).toBe('')
    expect(said).toBe(
      `The certificate of ${url} cannot be verified (UNABLE_TO_VERIFY_LEAF_SIGNATURE). Name the certificate to trust with --ca, or skip this check with --insecure.\n`
    )
  })

  it.skipIf(!mosquittoInstalled)('signs in, and never shows the password', async () => {
    const mosquitto = new Mosquitto()
    onTestFinished(() => mosquitto.remove())
    await mosquitto.start(['allow_anonymous false', mosquitto.withPassword('anna', 'sesame-7')])
    const url = `mqtt://127.0.0.1:${mosquitto.port}`
    expect(await run(url, '--username', 'anna', '--password-file', fileWith('sesame-7\n'), '--json')).toBe(0)
    expect(await run(`mqtt://anna:sesame-7@127.0.0.1:${mosquitto.port}`)).toBe(0)
    expect(await run(`mqtt://anna:wrong-8@127.0.0.1:${mosquitto.port}`)).toBe(1)
    expect(said).toBe(`${url} refused the connection with CONNACK 0x87 (Not authorized).\n`)
    expect(out + said).not.toMatch(/sesame-7|wrong-8/)
  })

  it('says that a broker cannot be reached', async () => {
    const port = await freePort()
    expect(await run(`mqtt://127.0.0.1:${port}`)).toBe(1)
    expect(said).toContain(`mqtt://127.0.0.1:${port} cannot be reached: connect ECONNREFUSED`)
    expect(out).toBe('')
  })

  it('has status 1 when the broker is lost in the middle, with what was found', async () => {
    const { broker, listener } = await setup('tcp')
    broker.hooks.add({
      publish(_asker, { topic }) {
        if (topic.endsWith('/plus/any/end')) setImmediate(() => void listener.close())
        return 0
      }
    })
    expect(await run(`mqtt://127.0.0.1:${listener.port}`)).toBe(1)
    expect(out).toMatch(/^\| Wildcard # +\| unknown +\| The broker became unreachable\. +\|$/m)
    expect(said).toBe('The broker became unreachable before everything was tested.\n')
  })

  it('clears up when it is interrupted', async () => {
    const { broker, listener } = await setup('tcp')
    const before = process.listenerCount('SIGINT')
    broker.hooks.add({
      publish(_asker, { retain }) {
        if (retain) process.emit('SIGINT')
        return 0
      }
    })
    expect(await run(`mqtt://127.0.0.1:${listener.port}`)).toBe(130)
    expect([out, said]).toEqual(['', 'Cancelled.\n'])
    expect(broker.retained.count).toBe(0)
    expect(process.listenerCount('SIGINT')).toBe(before)
  })

  it.each<[string[], string]>([
    [[], 'Give one broker address, such as mqtt://host:1883.'],
    [['mqtt://a', 'mqtt://b'], 'Give one broker address'],
    [['broker'], '"broker" is not a broker address.'],
    [['http://anna:sesame@host'], '"http:…" is not a broker address.'],
    [['mqtt://host/plant/#'], 'Leave out the topic behind the host'],
    [['mqtt://host', '--password', 'x'], "Unknown option '--password'. See treetop probe --help."],
    [['mqtt://host', '--ca', '/nowhere'], '--ca names /nowhere, which cannot be read (ENOENT).'],
    [['mqtt://host', '--password-file', '/nowhere'], '--password-file names /nowhere, which cannot be read']
  ])('answers %j with a sentence and status 2', async (argv, sentence) => {
    expect(await run(...argv)).toBe(2)
    expect(said).toContain(sentence)
    expect(out).toBe('')
    expect(said).not.toContain('sesame')
  })

  it('prints its help', async () => {
    expect(await run('--help')).toBe(0)
    expect(out).toContain('Usage: treetop probe [options] URL')
  })
})
