import { EventEmitter } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { expect, it, onTestFinished, vi } from 'vitest'
import type { ConnectionStatus } from '../../shared/contract/connections'
import { defaultProfile, type Profile } from '../../shared/contract/profiles'
import { createPeer } from '../../shared/rpc/peer'
import { portChannel } from '../../shared/rpc/port'
import { temporaryFolder } from '../history/fixture'
import type { SpawnWorker } from '../worker'
import { createConnection } from './connection'
import type { ConnectionData } from './connection-functions'
import { Connections } from './connections'

vi.mock('./worker?modulePath', () => ({ default: 'worker' }))

const WITHIN = { timeout: 20_000, interval: 20 }
const secrets = { password: null, key: null }

/** Connections over real ports without threads, and a way to crash the latest of a profile. */
function threads() {
  const crashes = new Map<string, (error: Error | null) => void>()
  const spawn: SpawnWorker = (_path, local, data) => {
    const { port1, port2 } = new MessageChannel()
    const life = new EventEmitter()
    createConnection(portChannel(port2), data as ConnectionData)
    const exit = (error: Error | null): void => {
      port2.removeAllListeners('message')
      port1.close()
      life.emit('exit', error)
    }
    crashes.set((data as ConnectionData).profileId, exit)
    return {
      peer: createPeer(portChannel(port1), local),
      onExit: (listener) => void life.once('exit', listener),
      terminate: () => Promise.resolve(exit(null))
    }
  }
  return { spawn, crash: (id: string) => crashes.get(id)!(new Error('out of memory')) }
}

/** A broker that accepts everyone and says no more. */
async function broker(): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.write(Buffer.from([0x20, 3, 0, 0, 0])))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

function profile(id: string, port: number): Profile {
  return { ...defaultProfile(id), id, name: id, host: '127.0.0.1', port, subscriptions: [], secrets }
}

it('replaces a worker that ends, three times a minute, while the others do not notice', async () => {
  const { spawn, crash } = threads()
  const folder = temporaryFolder()
  const told = new Map<string, ConnectionStatus[]>()
  const restarted: string[] = []
  const service = new Connections(spawn, (id) => join(folder, `${id}.db`), {
    opened: () => undefined,
    status: (status) => told.set(status.id, [...(told.get(status.id) ?? []), status]),
    stats: () => undefined,
    frame: () => undefined,
    retained: () => undefined,
    closed: () => undefined,
    subscriberFailed: () => undefined,
    restarted: ({ id, message }) => restarted.push(`${id}: ${message}`),
    cleared: () => undefined,
    historyReplaced: () => undefined
  })
  const port = await broker()
  await service.connect(profile('plant', port), secrets)
  await service.connect(profile('home', port), secrets)
  const latest = (id: string): ConnectionStatus => told.get(id)!.at(-1)!
  const online = (id: string, generation: number): Promise<void> =>
    vi.waitFor(() => expect(latest(id)).toMatchObject({ state: 'online', generation }), WITHIN)
  await online('plant', 1)
  await online('home', 1)
  const heardOfHome = told.get('home')!.length
  for (const generation of [2, 3, 4]) {
    crash('plant')
    await online('plant', generation)
  }
  expect(restarted).toEqual(Array.from({ length: 3 }, () => 'plant: out of memory'))
  crash('plant')
  expect(latest('plant')).toMatchObject({
    state: 'failed',
    fault: { kind: 'crashed', message: 'out of memory' }
  })
  expect(service.isOpen('plant')).toBe(false)
  expect(service.list().map(({ id }) => id)).toEqual(['plant', 'home'])
  // It can be connected again by hand.
  await service.connect(profile('plant', port), secrets)
  await online('plant', 5)
  expect(told.get('home')).toHaveLength(heardOfHome)
  await service.closeAll()
})
