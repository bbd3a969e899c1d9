import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { setup } from '../broker/listeners/listen.fixture'
import { HistoryReader } from '../history/reader'
import { inspectRecording } from '../history/recording-file'
import { freePort, Mosquitto, mosquittoInstalled } from '../mqtt/mosquitto.fixture'
import { temporaryFolder } from '../profiles/temporary.fixture'
import { captureOutput, runWords } from './command.fixture'

vi.mock('../transfer/save-worker?modulePath', () => ({ default: 'worker' }))

const captured = captureOutput()

it('records the filters until it is stopped, and saves a recording', async () => {
  const { broker, listener } = await setup('tcp')
  const url = `mqtt://127.0.0.1:${listener.port}`
  const folder = temporaryFolder()
  const output = join(folder, 'plant.treetop')
  const recording = runWords(['record', url, '-t', 'plant/#', '--output', output, '-i', 'recorder'])
  await vi.waitFor(() => expect(broker.clientCount).toBe(1))
  await vi.waitFor(() => expect([...[...broker.clients()][0]!.session.subscriptions()]).toHaveLength(1))
  const pub = (...argv: string[]): Promise<number> => runWords(['pub', url, '-q', '2', ...argv])
  expect(await pub('-t', 'plant/a', '-m', 'one', '--content-type', 'text/plain')).toBe(0)
  expect(await pub('-t', 'office/a', '-m', 'other')).toBe(0)
  broker.kick('recorder')
  await vi.waitFor(() => expect(captured.said).toContain('Connecting again.'))
  await vi.waitFor(() => expect(broker.clientCount).toBe(1))
  await vi.waitFor(() => expect([...[...broker.clients()][0]!.session.subscriptions()]).toHaveLength(1))
  expect(await pub('-t', 'plant/b', '-m', 'two')).toBe(0)
  process.emit('SIGINT')
  expect(await recording).toBe(0)
  expect(captured.said).toContain(`Saved 2 messages to ${output}.\n`)
  expect(inspectRecording(output)).toMatchObject({ messages: 2, version: '9.9.9' })
  const reader = HistoryReader.open(output)
  onTestFinished(() => reader.close())
  expect(reader.get(1)).toMatchObject({
    topic: 'plant/a',
    qos: 2,
    properties: { contentType: 'text/plain' },
    payload: Buffer.from('one')
  })
  expect(readdirSync(folder)).toEqual(['plant.treetop'])
})

it.skipIf(!mosquittoInstalled)('ends after --duration, and replaces a file only with --force', async () => {
  const mosquitto = new Mosquitto()
  onTestFinished(() => mosquitto.remove())
  await mosquitto.start()
  const output = join(temporaryFolder(), 'all.treetop')
  const url = `mqtt://127.0.0.1:${mosquitto.port}`
  expect(await runWords(['pub', url, '-t', 'kept', '-m', 'x', '-r', '-q', '1'])).toBe(0)
  const record = (...more: string[]): Promise<number> =>
    runWords(['record', url, '-t', 'kept', '-o', output, '--duration', '3', ...more])
  expect(await record()).toBe(0)
  expect(inspectRecording(output).messages).toBe(1)
  expect(await record()).toBe(2)
  expect(captured.said).toContain('exists. Add --force to replace it.')
  expect(await record('--force')).toBe(0)
})

it('leaves nothing behind when the broker cannot be reached', async () => {
  const folder = temporaryFolder()
  const url = `mqtt://127.0.0.1:${await freePort()}`
  expect(await runWords(['record', url, '-o', join(folder, 'a.treetop')])).toBe(1)
  expect(captured.said).toContain('cannot be reached')
  expect(readdirSync(folder)).toEqual([])
  expect(await runWords(['record', url, '-o', join(folder, 'a.db')])).toBe(2)
})
