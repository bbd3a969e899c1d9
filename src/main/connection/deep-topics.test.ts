import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { expect, it, onTestFinished, vi } from 'vitest'
import type { ConnectionStatus } from '../../shared/contract/connections'
import { defaultProfile } from '../../shared/contract/profiles'
import { noFilter, noneOpen, type TopicFrame, type TopicRow } from '../../shared/contract/topics'
import { createPeer } from '../../shared/rpc/peer'
import { portChannel } from '../../shared/rpc/port'
import { TolerantBroker } from '../mqtt/tolerant-broker.fixture'
import { createConnection } from './connection'
import type { ConnectionFunctions } from './connection-functions'

const WITHIN = { timeout: 20_000, interval: 20 }
const history = { kind: 'connection' as const, id: 'p' }
const deep = '/'.repeat(65_535)

/** Opens a connection to a broker without limits, with a view of its tree. */
async function watched() {
  const directory = mkdtempSync(join(tmpdir(), 'treetop-deep-'))
  const broker = new TolerantBroker()
  await broker.open()
  const { port1, port2 } = new MessageChannel()
  let status: ConnectionStatus | undefined
  let latest: TopicFrame | undefined
  let rows: TopicRow[] = []
  const connection = createPeer<ConnectionFunctions>(portChannel(port1), {
    status: (next: ConnectionStatus) => (status = next),
    stats: () => undefined,
    cleared: () => undefined,
    frame(frame: TopicFrame) {
      latest = frame
      rows = frame.rows ?? rows.map((row, place) => frame.changed.find(([at]) => at === place)?.[1] ?? row)
    }
  })
  createConnection(portChannel(port2), {
    profileId: 'p',
    generation: 1,
    historyPath: join(directory, 'p.db')
  })
  onTestFinished(async () => {
    await connection.call('shutDown', null)
    port1.close()
    broker.close()
    rmSync(directory, { recursive: true, force: true })
  })
  const profile = {
    ...defaultProfile('treetop-test'),
    id: 'p',
    name: 'Deep',
    host: '127.0.0.1',
    port: broker.port,
    subscriptions: [{ filter: '#', qos: 0 as const }],
    secrets: { password: null, key: null }
  }
  await connection.call('connect', { profile, secrets: { password: null, key: null } })
  await vi.waitFor(() => expect(status?.subscriptions[0]?.code).toBe(0), WITHIN)
  await connection.call('topics.watch', {
    history,
    path: '',
    viewId: 'v',
    moment: null,
    sort: { by: 'name', descending: false },
    filter: noFilter,
    hidden: [],
    flat: false,
    pinned: [],
    window: { first: 0, count: 60, sequence: 1 },
    selected: null,
    expanded: noneOpen
  })
  return { broker, connection, frame: () => latest, rows: () => rows }
}

it('records a topic of 65,536 levels, opens, walks and filters it, and continues with others', async () => {
  const { broker, connection, frame, rows } = await watched()
  const update = (options: object, change: object = {}): Promise<void> =>
    connection.call('topics.update', { viewId: 'v', options, expand: [], collapse: [], ...change })
  broker.send(deep, 'at the bottom')
  broker.send('z/shallow', 'on top')
  await vi.waitFor(() => expect(frame()?.total).toBe(2), WITHIN)
  await update({}, { openBelow: '' })
  await vi.waitFor(() => expect(frame()?.total).toBe(65_537), WITHIN)
  expect(rows()).toHaveLength(60)
  await update({ window: { first: 65_500, count: 60, sequence: 2 } })
  await vi.waitFor(() => expect(rows().at(-1)?.path).toBe('z'), WITHIN)
  expect(rows().at(-2)).toMatchObject({ path: deep, depth: 65_535, last: { preview: 'at the bottom' } })
  expect(await connection.call('topics.reveal', { viewId: 'v', path: deep })).toEqual({ index: 65_535 })
  expect(await connection.call('topics.find', { viewId: 'v', text: 'z', from: 0 })).toMatchObject({
    index: 65_536
  })
  expect(
    await connection.call('topics.suggest', { history, path: '', page: 1, text: 'shallow', limit: 5 })
  ).toEqual({
    topics: ['z/shallow']
  })
  await update({ filter: { ...noFilter, text: 'shallow' } })
  await vi.waitFor(() => expect(frame()?.matches).toBe(1), WITHIN)
  await update({ filter: noFilter, window: { first: 0, count: 60, sequence: 3 } }, { openTo: 0 })
  broker.send(deep, 'again')
  broker.send('z/shallow', 'again')
  await vi.waitFor(() => expect(rows().map(({ messages }) => messages)).toEqual([2, 2]), WITHIN)
  await connection.call('messages.clear', { connectionId: 'p', scope: { topic: '', subtree: true } })
  await vi.waitFor(() => expect(rows().map(({ path }) => path)).toEqual(['z']), WITHIN)
})
