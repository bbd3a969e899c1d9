import { expect, it, vi } from 'vitest'
import { setup } from '../broker/listeners/listen.fixture'
import { captureOutput, runWords } from './command.fixture'

vi.mock('../transfer/save-worker?modulePath', () => ({ default: 'worker' }))

const captured = captureOutput()

/** A client that answers each request on `ask` with its payload in capitals, after messages that are no answers. */
async function answering(): Promise<string> {
  const { client, listener } = await setup('tcp')
  const other = await client({ protocolVersion: 5 })
  await other.subscribeAsync('ask', { qos: 1 })
  other.on('message', (_topic, payload, { properties }) => {
    const { responseTopic, correlationData } = properties ?? {}
    if (!responseTopic || !correlationData) {
      other.publish('answers', payload.toString().toUpperCase())
      return
    }
    other.publish(responseTopic, 'of another', { properties: { correlationData: Buffer.from('other') } })
    other.publish(responseTopic, payload.toString().toUpperCase(), {
      qos: 1,
      properties: { correlationData }
    })
  })
  return `mqtt://127.0.0.1:${listener.port}`
}

it('prints the answer that repeats the correlation data, and how long it took', async () => {
  const url = await answering()
  expect(await runWords(['request', url, '-t', 'ask', '-m', 'speed', '-q', '1'])).toBe(0)
  expect(captured.out).toBe('SPEED\n')
  expect(captured.said).toMatch(/^Answered after \d+\.\d ms\.\n$/)
  captured.out = ''
  const given = ['--response-topic', 'mine', '--correlation', 'c1', '--json']
  expect(await runWords(['request', url, '-t', 'ask', '-m', 'load', ...given])).toBe(0)
  const answer = JSON.parse(captured.out) as Record<string, unknown>
  expect(answer).toMatchObject({
    topic: 'mine',
    payload: 'LOAD',
    properties: { correlationData: Buffer.from('c1').toString('base64') }
  })
  expect(answer['milliseconds']).toBeTypeOf('number')
})

it('takes the first message of a topic before MQTT 5', async () => {
  const url = await answering()
  const old = ['--mqtt', '3.1.1', '-t', 'ask', '-m', 'speed']
  expect(await runWords(['request', url, ...old, '--response-topic', 'answers'])).toBe(0)
  expect(captured.out).toBe('SPEED\n')
  expect(await runWords(['request', url, ...old])).toBe(2)
  expect(captured.said).toContain('Before MQTT 5, give the topic of the answer with --response-topic.')
})

it('has status 3 when no answer comes, and 130 when it is interrupted', async () => {
  const url = await answering()
  expect(await runWords(['request', url, '-t', 'nobody', '-m', 'x', '--timeout', '0.2'])).toBe(3)
  expect(captured.said).toBe('No answer came within 0.2 s.\n')
  const waiting = runWords(['request', url, '-t', 'nobody', '-m', 'x'])
  await vi.waitFor(() => expect(process.listenerCount('SIGINT')).toBeGreaterThan(0))
  process.emit('SIGINT')
  expect(await waiting).toBe(130)
})
