import { defaultBrokerLimits } from '../../shared/contract/broker'
import { EventEmitter } from 'node:events'
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

function start(): BrokerStart {
  return {
    file: null,
    limits: defaultBrokerLimits,
    id: 'aaaaaaaa',
    pipe: pipePath(temporaryFolder()),
    listeners: [{ kind: 'tcp', host: '127.0.0.1', port }],
    connectSelf: () => Promise.resolve()
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
