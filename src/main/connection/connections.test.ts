import { EventEmitter } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { generate, parser, type Packet } from 'mqtt-packet'
import { expect, it, onTestFinished, vi } from 'vitest'
import type { ConnectionStatus } from '../../shared/contract/connections'
import { defaultProfile, type Profile } from '../../shared/contract/profiles'
import { createPeer } from '../../shared/rpc/peer'
import { portChannel } from '../../shared/rpc/port'
import { AppError } from '../../shared/errors'
import { temporaryFolder } from '../history/fixture'
import type { SpawnWorker } from '../worker'
import { createConnection } from './connection'
import type { ConnectionData } from './connection-functions'
import { Connections, type ConnectionPlace } from './connections'

vi.mock('./worker?modulePath', () => ({ default: 'worker' }))

const WITHIN = { timeout: 20_000, interval: 20 }
const secrets = { password: null, key: null }

/** Spawns connections over real ports without threads; `crash` ends the latest one of a profile. */
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

/** Starts a broker that accepts every client and subscription, and sends nothing else. Returns its port. */
async function broker(): Promise<number> {
  const server = createServer((socket) => {
    const packets = parser({ protocolVersion: 5 })
    const answer = (packet: Packet): void => void socket.write(generate(packet, { protocolVersion: 5 }))
    packets.on('packet', ({ cmd, messageId = 0 }: Packet) => {
      if (cmd === 'connect') answer({ cmd: 'connack', reasonCode: 0, sessionPresent: false })
      if (cmd === 'subscribe') answer({ cmd: 'suback', messageId, granted: [1] })
    })
    socket.on('data', (chunk) => packets.parse(chunk))
    socket.on('error', () => undefined)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

function profile(id: string, port: number): Profile {
  return { ...defaultProfile(id), id, name: id, host: '127.0.0.1', port, subscriptions: [], secrets }
}

/** Creates Connections and collects the events. */
function connectionsOf(
  spawn: SpawnWorker,
  resolve: (place: ConnectionPlace) => Promise<ConnectionPlace> = (place) => Promise.resolve(place)
) {
  const folder = temporaryFolder()
  const told = new Map<string, ConnectionStatus[]>()
  const restarted: string[] = []
  const closed: string[] = []
  const service = new Connections(spawn, (id) => join(folder, `${id}.db`), {
    opened: () => undefined,
    status: (status) => told.set(status.id, [...(told.get(status.id) ?? []), status]),
    stats: () => undefined,
    frame: () => undefined,
    retained: () => undefined,
    closed: (id) => closed.push(id),
    subscriberFailed: () => undefined,
    restarted: ({ id, message }) => restarted.push(`${id}: ${message}`),
    job: () => undefined,
    replay: () => undefined,
    replayPage: () => Promise.reject(new Error('no replay')),
    watchRules: () => [],
    watchStates: () => undefined,
    watchTold: () => undefined,
    scripts: () => [],
    resolve: (place) => resolve(place),
    composing: () => ({
      schedule: () => undefined,
      request: () => undefined,
      scheduledMessage: () => ({ faults: [] }),
      runCheck: () => undefined,
      forScripts: () => undefined
    }),
    ended: () => undefined,
    cleared: () => undefined,
    historyDamaged: () => Promise.resolve(),
    historyReplaced: () => undefined
  })
  const latest = (id: string): ConnectionStatus => told.get(id)!.at(-1)!
  const online = (id: string, generation: number): Promise<void> =>
    vi.waitFor(() => expect(latest(id)).toMatchObject({ state: 'online', generation }), WITHIN)
  return { service, told, restarted, closed, latest, online }
}

it('resolves variables once for each connection, and leaves everything as it is if that fails', async () => {
  const { spawn, crash } = threads()
  const hosts = ['127.0.0.1', null]
  const { service, told, latest, online } = connectionsOf(spawn, (place) => {
    const host = hosts.shift()
    if (host === null) return Promise.reject(new Error('no such variable'))
    return Promise.resolve({ ...place, profile: { ...place.profile, host: host! } })
  })
  const plant = { ...profile('plant', await broker()), host: '{{host}}' }
  await service.connect(plant, secrets)
  await online('plant', 1)
  // Another worker connects with what was resolved for this connection.
  crash('plant')
  await online('plant', 2)
  const heard = told.get('plant')!.length
  await expect(service.connect(plant, secrets)).rejects.toThrow('no such variable')
  expect(told.get('plant')).toHaveLength(heard)
  expect(latest('plant')).toMatchObject({ state: 'online', address: `127.0.0.1:${plant.port}` })
  await service.closeAll()
})

it('shows a profile whose variables are missing as failed, until it connects', async () => {
  const { spawn } = threads()
  const { service, latest, online, closed } = connectionsOf(spawn)
  const plant = profile('plant', await broker())
  const missing = { field: 'host', variable: null, line: 1, column: 1, name: 'host', detail: '' }
  const fault = { ...missing, code: 'UNKNOWN_VARIABLE' } as const
  const error = new AppError('PROFILE_VARIABLES', { name: 'plant', faults: [fault] })
  service.showFailed({ ...plant, host: '{{host}}' }, error)
  expect(service.list()).toEqual([latest('plant')])
  expect(latest('plant')).toMatchObject({ state: 'failed', fault: { kind: 'variables', fault } })
  await service.connect(plant, secrets)
  await online('plant', 1)
  // One that is open stays as it is.
  service.showFailed(plant, error)
  expect(latest('plant').state).toBe('online')
  await service.close('plant')
  service.showFailed(plant, error)
  await service.close('plant')
  expect(service.list()).toEqual([])
  expect(closed).toEqual(['plant', 'plant'])
})

it('replaces a crashed worker three times a minute, without affecting the others', async () => {
  const { spawn, crash } = threads()
  const { service, told, restarted, latest, online } = connectionsOf(spawn)
  const port = await broker()
  await service.connect(profile('plant', port), secrets)
  await service.connect(profile('home', port), secrets)
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
  // It can be reconnected manually.
  await service.connect(profile('plant', port), secrets)
  await online('plant', 5)
  expect(told.get('home')).toHaveLength(heardOfHome)
  await service.closeAll()
})

it('restores manually added subscriptions in the replacement worker', async () => {
  const { spawn, crash } = threads()
  const { service, latest, online } = connectionsOf(spawn)
  await service.connect(profile('plant', await broker()), secrets)
  await online('plant', 1)
  const subscription = { filter: 'by/hand', qos: 1 } as const
  await service.peer('plant').call('connections.subscribe', { connectionId: 'plant', subscription })
  crash('plant')
  await online('plant', 2)
  await vi.waitFor(
    () => expect(latest('plant').subscriptions).toMatchObject([{ filter: 'by/hand', requested: 1, code: 1 }]),
    WITHIN
  )
  await service.closeAll()
})

it('closes once, and all callers wait until its file is closed', async () => {
  const { service, closed, online } = connectionsOf(threads().spawn)
  await service.connect(profile('plant', await broker()), secrets)
  await online('plant', 1)
  const told: string[] = []
  await Promise.all([
    service.close('plant').then(() => told.push(`first, ${closed.length} closed`)),
    service.close('plant').then(() => told.push(`second, ${closed.length} closed`))
  ])
  expect(told.toSorted()).toEqual(['first, 1 closed', 'second, 1 closed'])
})

it('reopens when it is connected while it is being closed', async () => {
  const { service, closed, online } = connectionsOf(threads().spawn)
  const plant = profile('plant', await broker())
  await service.connect(plant, secrets)
  await online('plant', 1)
  const closing = service.close('plant')
  const opening = service.connect(plant, secrets)
  await closing
  await opening
  expect(closed).toEqual(['plant'])
  expect(service.isOpen('plant')).toBe(true)
  await online('plant', 1)
  await service.closeAll()
})

it('throws NOT_FOUND when it is closed before it could answer', async () => {
  const { spawn } = threads()
  const silent: SpawnWorker = (...start) => {
    const handle = spawn(...start)
    const { call } = handle.peer
    const peer = {
      ...handle.peer,
      call: ((name: never, input: never) => (name === 'connect' ? gone.promise : call(name, input))) as never
    }
    return {
      ...handle,
      peer,
      terminate: () => handle.terminate().then(() => gone.reject(new Error('closed')))
    }
  }
  const gone = Promise.withResolvers<never>()
  const { service } = connectionsOf(silent)
  const opening = service.connect(profile('plant', 1), secrets)
  await Promise.all([expect(opening).rejects.toMatchObject({ code: 'NOT_FOUND' }), service.close('plant')])
  expect(service.list()).toEqual([])
})
