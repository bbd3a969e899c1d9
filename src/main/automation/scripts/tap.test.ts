import { expect, onTestFinished, test, vi } from 'vitest'
import { SCRIPT_LIMITS } from '../../../shared/contract/scripts'
import type { RecordedMessage } from '../../recorder/message'
import { Echoes } from '../watch/echoes'
import { ScriptTap, type ScriptBatch } from './tap'

function stage(filters: Record<string, string[]>) {
  const batches: ScriptBatch[] = []
  const echoes = new Echoes()
  const tap = new ScriptTap(echoes, (batch) => batches.push(batch))
  tap.setFilters(Object.entries(filters).map(([key, list]) => ({ key, filters: list })))
  const topics: string[] = []
  const send = (topic: string, payload = '', more: Partial<RecordedMessage> = {}): void => {
    if (!topics.includes(topic)) topics.push(topic)
    tap.subscriber.message!({
      ...{ topic, payload: Buffer.from(payload), qos: 1, retain: false, dup: false, properties: null },
      ...{ id: 1, receivedAt: 5e6, topicMessages: 1, entry: { id: topics.indexOf(topic) + 1 } },
      ...more
    } as RecordedMessage)
  }
  const passed = () => batches.flatMap(({ messages }) => messages)
  return { send, passed, batches, echoes }
}

test('each script gets what matches one of its filters, once', async () => {
  const { send, passed } = stage({ a: ['x/+', 'x/#'], b: ['x/1'], c: ['#'] })
  for (const topic of ['x/1', 'x/1/2', 'y', '$SYS/z']) send(topic)
  await vi.waitFor(() =>
    expect(passed().map(({ keys, message }) => [message.topic, keys])).toEqual([
      ['x/1', ['a', 'b', 'c']],
      ['x/1/2', ['a', 'c']],
      ['y', ['c']]
    ])
  )
})

test('what rules and scripts published does not come back', async () => {
  const { send, passed, echoes } = stage({ a: ['#'] })
  echoes.expect('x', Buffer.from('own'), 4e6)
  send('x', 'own')
  send('x', 'other')
  await vi.waitFor(() => expect(passed()).toHaveLength(1))
  expect(Buffer.from(passed()[0]!.message.payload).toString()).toBe('other')
})

test('payloads are copied out of the buffers of sockets, and properties are as they can be published', async () => {
  const { send, passed } = stage({ a: ['#'] })
  const socket = Buffer.alloc(65_536, 'x')
  send('x', '', {
    payload: socket.subarray(10, 12),
    properties: {
      payloadFormatIndicator: true,
      correlationData: 'AP8=',
      subscriptionIdentifier: 7,
      userProperties: { a: ['1', '2'] }
    }
  })
  await vi.waitFor(() => expect(passed()).toHaveLength(1))
  const { payload, properties } = passed()[0]!.message
  expect(payload.buffer.byteLength).toBe(2)
  expect(properties).toMatchObject({
    payloadFormat: 'text',
    correlation: { as: 'base64', text: 'AP8=' },
    userProperties: [
      { name: 'a', value: '1' },
      { name: 'a', value: '2' }
    ],
    topicAlias: null
  })
})

test('too many messages, and too large ones, are counted', async () => {
  const { send, passed, batches } = stage({ a: ['#'] })
  const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now())
  onTestFinished(() => clock.mockRestore())
  send('x', 'x'.repeat(SCRIPT_LIMITS.payload + 1))
  for (let n = 0; n < SCRIPT_LIMITS.messagesPerSecond + 50; n++) send('x')
  await vi.waitFor(() => expect(batches).toHaveLength(1))
  expect(passed().length).toBeLessThanOrEqual(SCRIPT_LIMITS.messagesPerSecond)
  expect(batches[0]!.skipped + passed().length).toBe(SCRIPT_LIMITS.messagesPerSecond + 51)
})

test('user properties keep their order', async () => {
  const { send, passed } = stage({ a: ['#'] })
  const userProperties = { a: ['1', '3'], b: '2' }
  send('x', '', { properties: { userProperties, userPropertyOrder: ['a', 'b', 'a'] } })
  await vi.waitFor(() => expect(passed()).toHaveLength(1))
  expect(passed()[0]!.message.properties?.userProperties).toEqual([
    { name: 'a', value: '1' },
    { name: 'b', value: '2' },
    { name: 'a', value: '3' }
  ])
})
