import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { makeCertificate } from '../broker/certificate'
import { freePort, mosquittoInstalled } from '../mqtt/mosquitto.fixture'
import { temporaryFolder } from '../profiles/temporary.fixture'
import { captureOutput, runWords } from './command.fixture'

vi.mock('../transfer/save-worker?modulePath', () => ({ default: 'worker' }))

const captured = captureOutput()

/** Starts `treetop broker`, which ends with the test at the latest. Returns its addresses. */
async function start(
  count: number,
  ...argv: string[]
): Promise<{ urls: string[]; stop: () => Promise<number> }> {
  captured.out = ''
  const running = runWords(['broker', ...argv])
  const stop = async (): Promise<number> => {
    process.emit('SIGINT')
    return running
  }
  onTestFinished(async () => void (await stop()))
  await vi.waitFor(() => expect(captured.out.trimEnd().split('\n').filter(Boolean)).toHaveLength(count))
  return { urls: captured.out.trimEnd().split('\n'), stop }
}

it('listens where it is told, and keeps retained messages in its store', async () => {
  const folder = temporaryFolder()
  const { cert, key, ca } = await makeCertificate(folder)
  const listeners = ['mqtt', 'mqtts', 'ws', 'wss'].flatMap((scheme) => ['-l', `${scheme}://127.0.0.1:0`])
  const store = join(folder, 'broker.db')
  const { urls, stop } = await start(4, ...listeners, '--cert', cert, '--key', key, '--store', store)
  expect(urls.map((url) => url.replace(/\d+$/, 'N'))).toEqual(
    ['mqtt', 'mqtts', 'ws', 'wss'].map((scheme) => `${scheme}://127.0.0.1:N`)
  )
  for (const url of urls)
    expect(
      await runWords(['pub', url, '-t', `kept/${url.split(':')[0]}`, '-m', 'x', '-q', '1', '-r', '--ca', ca])
    ).toBe(0)
  expect(await stop()).toBe(0)
  const again = await start(1, '--listen', 'mqtt://127.0.0.1:0', '--store', store)
  captured.out = ''
  expect(await runWords(['sub', again.urls[0]!, '-t', 'kept/#', '--count', '4', '--timeout', '10'])).toBe(0)
  expect(captured.out.trimEnd().split('\n').sort()).toEqual([
    'kept/mqtt x',
    'kept/mqtts x',
    'kept/ws x',
    'kept/wss x'
  ])
})

it.skipIf(!mosquittoInstalled)("takes Mosquitto's files, and reports clients with --verbose", async () => {
  const folder = temporaryFolder()
  const [users, acl, password] = ['users', 'acl', 'password'].map((name) => join(folder, name)) as [
    string,
    string,
    string
  ]
  writeFileSync(users, 'anna:sesame-7\n', { mode: 0o600 })
  expect(spawnSync('mosquitto_passwd', ['-U', users]).status).toBe(0)
  writeFileSync(acl, 'user anna\ntopic readwrite plant/#\n')
  writeFileSync(password, 'sesame-7\n')
  const { urls } = await start(
    1,
    '-l',
    'mqtt://127.0.0.1:0',
    '--password-file',
    users,
    '--acl-file',
    acl,
    '-v'
  )
  const pub = (...more: string[]): Promise<number> =>
    runWords(['pub', urls[0]!, '-q', '1', '-m', 'x', ...more])
  expect(await pub('-t', 'plant/a', '-u', 'anna', '--password-file', password, '-i', 'press')).toBe(0)
  expect(await pub('-t', 'office/a', '-u', 'anna', '--password-file', password)).toBe(1)
  expect(await pub('-t', 'plant/a')).toBe(1)
  expect(captured.said).toMatch(
    /127\.0\.0\.1:\d+ "press" \(user "anna"\) connected with MQTT 5, keep alive 60 s, session new\n/
  )
  expect(captured.said).toMatch(/"press" \(user "anna"\) left: DISCONNECT 0x00\n/)
  expect(captured.said).toMatch(/was not accepted: Clients without a user name may not connect\. \(0x87\)/)
  expect(captured.said).not.toContain('sesame')
})

it('says why it does not start', async () => {
  const folder = temporaryFolder()
  const bad = join(folder, 'users')
  writeFileSync(bad, 'anna:plain-secret\n')
  expect(await runWords(['broker', '--password-file', bad])).toBe(1)
  expect(captured.said).toContain(`${bad}:1: no hash of mosquitto_passwd`)
  expect(captured.said).not.toContain('plain-secret')
  const port = await freePort()
  await start(1, '-l', `mqtt://127.0.0.1:${port}`)
  expect(await runWords(['broker', '-l', `mqtt://127.0.0.1:${port}`])).toBe(1)
  expect(captured.said).toContain(`Cannot listen at mqtt://127.0.0.1:${port}: the port is in use.`)
  writeFileSync(join(folder, 'store'), 'x'.repeat(5_000))
  expect(await runWords(['broker', '-l', 'mqtt://127.0.0.1:0', '--store', join(folder, 'store')])).toBe(1)
  expect(captured.said).toContain('cannot be used')
  expect(readFileSync(join(folder, 'store'), 'utf8')).toHaveLength(5_000)
})

it.each([
  [['-l', 'http://127.0.0.1'], '--listen takes mqtt, mqtts, ws or wss://HOST[:PORT], not "http:…".'],
  [['-l', 'mqtts://127.0.0.1'], 'mqtts needs a certificate: give --cert and --key.'],
  [['--allow-anonymous'], '--allow-anonymous is for --password-file'],
  [['--acl-file', '/nowhere'], '--acl-file names /nowhere, which cannot be read (ENOENT).'],
  [['stray'], 'Unexpected argument "stray". See treetop broker --help.']
])('answers %j with a sentence and status 2', async (argv, sentence) => {
  expect(await runWords(['broker', ...argv])).toBe(2)
  expect(captured.said).toContain(sentence)
})
