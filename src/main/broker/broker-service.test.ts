import { openAccess, type StoredAccess } from '../../shared/contract/access'
import { defaultBrokerLimits } from '../../shared/contract/broker'
import { EventEmitter, once } from 'node:events'
import { FaultSpec } from '../../shared/contract/faults'
import { connect, createServer, type AddressInfo } from 'node:net'
import { MessageChannel } from 'node:worker_threads'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createPeer } from '../../shared/rpc/peer'
import { portChannel } from '../../shared/rpc/port'
import type { SpawnWorker } from '../worker'
import { serveBroker } from './serve'
import { temporaryFolder } from '../history/fixture'
import { BrokerService, type BrokerCrash, type BrokerStart } from './broker-service'
import { pipePath } from './pipe-path'

vi.mock('./worker?modulePath', () => ({ default: 'worker' }))

const WITHIN = { timeout: 20_000, interval: 5 }

let spawned: number
let crash: () => void
let service: BrokerService
let crashes: BrokerCrash[]
let port: number

/** The broker on a real port, without a thread. */
const spawn: SpawnWorker = (_path, local) => {
  const { port1, port2 } = new MessageChannel()
  const life = new EventEmitter()
  serveBroker(portChannel(port2), '1')
  const control = createPeer<{ stop(input: null): Promise<void> }>(portChannel(port1), local)
  spawned++
  const exit = async (error: Error | null): Promise<void> => {
    await control.call('stop', null).catch(() => undefined)
    port2.removeAllListeners('message')
    port1.close()
    life.emit('exit', error)
  }
  crash = () => void exit(new Error('out of memory'))
  return {
    peer: control as never,
    onExit: (listener) => void life.once('exit', listener),
    terminate: () => exit(null)
  }
}

beforeEach(async () => {
  spawned = 0
  crashes = []
  service = new BrokerService(spawn, '1')
  service.onCrash((told) => crashes.push(told))
  port = await freePort()
})

afterEach(() => service.stop())

it('replaces a crashed worker at the same address, three times a minute, and then reports why it is stopped', async () => {
  await service.start(start())
  for (let times = 1; times <= 3; times++) {
    crash()
    await vi.waitFor(() => expect(crashes).toHaveLength(times), WITHIN)
    expect(crashes.at(-1)).toEqual({ message: 'out of memory', restarted: true })
    expect(service.status()).toMatchObject({ state: 'running', port })
    expect(await answers(port)).toBe(true)
  }
  crash()
  await vi.waitFor(
    () => expect(crashes.at(-1)).toEqual({ message: 'out of memory', restarted: false }),
    WITHIN
  )
  expect(service.status()).toEqual({ state: 'stopped', fault: { message: 'out of memory' } })
  // It can still be started manually.
  await service.start(start())
  expect(service.status()).toMatchObject({ state: 'running' })
  await service.stop()
  expect(service.status()).toEqual({ state: 'stopped', fault: null })
})

it('does not replace a crashed worker when the broker is stopped meanwhile', async () => {
  await service.start(start())
  crash()
  await service.stop()
  await vi.waitFor(() => expect(service.status().state).toBe('stopped'), WITHIN)
  expect(await answers(port)).toBe(false)
})

it('starts one worker when it is started twice at the same time', async () => {
  await Promise.all([service.start(start()), service.start(start())])
  expect(spawned).toBe(1)
  await service.stop()
  expect(await answers(port)).toBe(false)
})

it('answers calls that look into the running broker, with its listeners', async () => {
  expect(() => service.peer()).toThrow('BROKER_NOT_RUNNING')
  await service.start(start())
  const socket = connect(port, '127.0.0.1')
  socket.write(Buffer.from('100d00044d51545404020000000163', 'hex'))
  await new Promise((resolve) => socket.once('data', resolve))
  const look = service.peer()
  const listener = { kind: 'tcp', host: '127.0.0.1', port, listening: true, connections: 1 }
  expect(await look.call('overview.get', undefined)).toMatchObject({ clients: 1, listeners: [listener] })
  expect(await look.call('clients.get', { clientId: 'c' })).toMatchObject({
    row: { version: 4, address: `127.0.0.1:${socket.localPort}`, listener: { kind: 'tcp', port } }
  })
  await expect(look.call('traces.get', { clientId: 'c', number: 1 })).rejects.toMatchObject({
    code: 'NOT_FOUND'
  })
  socket.destroy()
})

it('uses access settings that change while it runs or starts, and the last ones after a crash', async () => {
  let access: StoredAccess = { ...openAccess, users: [], secret: '' }
  const starting = service.start({ ...start(), access: () => access })
  access = { ...access, anonymous: false }
  await service.setAccess()
  await starting
  expect(await returnCode(port)).toBe(5)
  access = { ...access, anonymous: true }
  await service.setAccess()
  expect(await returnCode(port)).toBe(0)
  access = { ...access, anonymous: false }
  crash()
  await vi.waitFor(() => expect(crashes).toHaveLength(1), WITHIN)
  expect(await returnCode(port)).toBe(5)
  await service.stop()
  await service.setAccess()
})

it('tells of the faults that are on, which end with the broker', async () => {
  const told: (string | undefined)[][] = []
  service.onFaults((faults) => told.push(faults.map(({ spec }) => spec.kind)))
  await service.start(start())
  expect(service.status()).toMatchObject({ faults: 0 })
  const loss = FaultSpec.parse({ kind: 'loss', seconds: 60, scope: { listener: port } })
  const { id } = await service.peer().call('faults.add', loss)
  expect(await service.peer().call('faults.list', undefined)).toMatchObject([{ id, spec: loss, count: 0 }])
  await vi.waitFor(() => expect(service.status()).toMatchObject({ faults: 1 }), WITHIN)
  expect(told).toEqual([['loss']])
  await service.peer().call('faults.remove', { id })
  await vi.waitFor(() => expect(told).toEqual([['loss'], []]), WITHIN)
  await service.peer().call('faults.add', FaultSpec.parse({ kind: 'away', seconds: 60 }))
  await vi.waitFor(async () => expect(await answers(port)).toBe(false), WITHIN)
  expect(service.status()).toMatchObject({ state: 'running', faults: 1 })
  await service.stop()
  expect(told).toEqual([['loss'], [], ['away'], []])
  await service.start(start())
  expect(service.status()).toMatchObject({ faults: 0 })
  expect(await answers(port)).toBe(true)
})

function start(): BrokerStart {
  return {
    file: null,
    events: ':memory:',
    limits: defaultBrokerLimits,
    access: () => ({ ...openAccess, users: [], secret: '' }),
    id: 'aaaaaaaa',
    pipe: pipePath(temporaryFolder()),
    listeners: [{ kind: 'tcp', host: '127.0.0.1', port }],
    launch: async ({ begin, listen }) => {
      await begin()
      await listen()
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port: free } = server.address() as AddressInfo
  await new Promise((done) => server.close(done))
  return free
}

function answers(at: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(at, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/** What the broker answers to a client of MQTT 3.1.1 without a user name. */
async function returnCode(at: number): Promise<number> {
  const socket = connect(at, '127.0.0.1')
  socket.write(Buffer.from('100f00044d5154540402000000034162' + '63', 'hex'))
  const [connack] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  return connack[3]!
}
