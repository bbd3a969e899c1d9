import { createSocket } from 'node:dgram'
import { EventEmitter, once } from 'node:events'
import { mkdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { expect, it, onTestFinished, vi } from 'vitest'
import type { ConnectionStatus } from '../../shared/contract/connections'
import { snSettingsKey } from '../../shared/contract/mqtt-sn'
import { LOCAL_PROFILE_ID } from '../../shared/contract/profiles'
import { createPeer } from '../../shared/rpc/peer'
import { portChannel } from '../../shared/rpc/port'
import { BrokerService } from '../broker/broker-service'
import { pipePath } from '../broker/pipe-path'
import { serveBroker } from '../broker/serve'
import { createConnection } from '../connection/connection'
import type { ConnectionData } from '../connection/connection-functions'
import { Connections } from '../connection/connections'
import { DemoDevices } from '../demo/devices'
import { temporaryFolder } from '../history/fixture'
import { freePort } from '../mqtt/mosquitto.fixture'
import { ProfileStore } from '../profiles/profiles'
import { SettingsStore } from '../profiles/settings'
import type { SpawnWorker } from '../worker'
import { AccessStore } from './access-store'
import { BrokerCertificates } from './certificates'
import { LocalBroker } from './local-broker'

vi.mock('../broker/worker?modulePath', () => ({ default: 'broker' }))
vi.mock('../connection/worker?modulePath', () => ({ default: 'connection' }))

const WITHIN = { timeout: 20_000, interval: 10 }

/**
 * The local broker over real services that run without threads; `crash` ends the worker of its connection, `crashBroker` its own. `order` has
 * when the listeners opened and when the connection was told to be online.
 */
async function setup() {
  const folder = temporaryFolder()
  let crash = (): void => undefined
  let crashBroker = (): Promise<void> => Promise.resolve()
  const order: string[] = []
  const spawn: SpawnWorker = (path, local, data) => {
    const { port1, port2 } = new MessageChannel()
    const life = new EventEmitter()
    if (path === 'broker') serveBroker(portChannel(port2), '1')
    else createConnection(portChannel(port2), data as ConnectionData)
    const exit = (error: Error | null): void => {
      port2.removeAllListeners('message')
      port1.close()
      life.emit('exit', error)
    }
    if (path === 'connection') crash = () => exit(new Error('out of memory'))
    const peer = createPeer<never>(portChannel(port1), local)
    if (path === 'broker')
      crashBroker = async () => {
        await peer.call('stop' as never, null as never)
        exit(new Error('out of memory'))
      }
    return {
      peer: {
        ...peer,
        async call(name, input) {
          const answer = await peer.call(name, input)
          if (name === 'listen') order.push('listening')
          return answer
        }
      },
      onExit: (listener) => void life.once('exit', listener),
      terminate: () => Promise.resolve(exit(null))
    }
  }
  const settings = new SettingsStore(folder)
  const profiles = new ProfileStore(folder, null)
  await profiles.load()
  let status: ConnectionStatus | undefined
  const restarted = vi.fn()
  const connections = new Connections(spawn, (id) => join(folder, `${id}.db`), {
    opened: () => undefined,
    status: (told) => {
      if (told.state === 'online' && status?.state !== 'online') order.push('online')
      status = told
    },
    stats: () => undefined,
    frame: () => undefined,
    retained: () => undefined,
    closed: () => undefined,
    restarted,
    subscriberFailed: () => undefined,
    job: () => undefined,
    replay: () => undefined,
    replayPage: () => Promise.reject(new Error('no replay')),
    watchRules: () => [],
    watchStates: () => undefined,
    watchTold: () => undefined,
    scripts: () => [],
    resolve: (place) => Promise.resolve(place),
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
  const broker = new LocalBroker(
    new BrokerService(spawn, '1'),
    new DemoDevices(),
    connections,
    profiles,
    settings,
    {
      broker: join(folder, 'broker.db'),
      events: join(folder, 'broker-events.db'),
      pipe: pipePath(folder),
      id: 'aaaaaaaa'
    },
    new BrokerCertificates(join(folder, 'certificates')),
    new AccessStore(folder)
  )
  onTestFinished(async () => {
    await broker.close()
    await connections.closeAll()
  })
  return {
    broker,
    connections,
    settings,
    folder,
    restarted,
    crash: () => crash(),
    crashBroker: () => crashBroker(),
    order,
    state: () => status?.state
  }
}

it('is stopped again when its port cannot be stored, and starts once it can', async () => {
  const { broker, folder, state } = await setup()
  const port = await freePort()
  mkdirSync(join(folder, 'settings.json'))
  await expect(broker.start(port)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' })
  expect(broker.status().state).toBe('stopped')

  rmSync(join(folder, 'settings.json'), { recursive: true })
  expect(await broker.start(port)).toMatchObject({ state: 'running', port })
  await vi.waitFor(() => expect(state()).toBe('online'), WITHIN)
})

it('starts with settings that are still being stored', async () => {
  const { broker, settings } = await setup()
  const port = await freePort()
  const stored = settings.set({ brokerPort: port })
  expect(await broker.start()).toMatchObject({ state: 'running', port })
  await stored
})

it('when stopped, its connection stays disconnected even if its worker crashes', async () => {
  const { broker, connections, restarted, crash, state } = await setup()
  await broker.start(await freePort())
  await vi.waitFor(() => expect(state()).toBe('online'), WITHIN)
  await broker.stop()
  expect(state()).toBe('offline')
  crash()
  await vi.waitFor(() => expect(state()).toBe('failed'), WITHIN)
  expect(restarted).not.toHaveBeenCalled()
  expect(connections.isOpen(LOCAL_PROFILE_ID)).toBe(false)
})

it('has its connection shown as online once other clients can connect, also after a crash', async () => {
  const { broker, crashBroker, order } = await setup()
  await broker.start(await freePort())
  await vi.waitFor(() => expect(order).toEqual(['listening', 'online']), WITHIN)
  await crashBroker()
  await vi.waitFor(() => expect(order).toHaveLength(4), WITHIN)
  expect(order.slice(2)).toEqual(['listening', 'online'])
  expect(broker.status().state).toBe('running')
})

it('runs on as it was when a listener could not open after a restart, and says which one', async () => {
  const { broker, settings } = await setup()
  const [port, taken] = [await freePort(), await freePort()]
  const started = await broker.start(port)
  const other = createServer().listen(taken, '127.0.0.1')
  await once(other, 'listening')
  onTestFinished(() => void other.close())
  const ws = { kind: 'ws' as const, host: '127.0.0.1' as const, port: taken }
  // UDP has ports of its own.
  await settings.set({ brokerListeners: [ws, { ...ws, kind: 'sn' }] })
  const { 'broker.listenerFaults': faults, 'broker.restart': restart } = broker.calls()
  const found = [{ ...ws, code: 'PORT_IN_USE', details: { host: ws.host, port: taken } }]
  const { brokerListeners: listeners } = settings.get()
  expect(await faults({ listeners })).toMatchObject(found)
  await expect(restart()).rejects.toMatchObject({ code: 'PORT_IN_USE', details: { port: taken } })
  expect(broker.status()).toEqual(started)

  other.close()
  await once(other, 'close')
  expect(await restart()).toMatchObject({
    state: 'running',
    listeners: [{ kind: 'tcp', port }, ws, { kind: 'sn', port: taken }],
    sn: snSettingsKey(settings.get().brokerSn)
  })
  expect(await faults({ listeners })).toEqual([])
})

it("does not count the gateway's own client among the clients of others", async () => {
  const { broker, settings } = await setup()
  const sn = { kind: 'sn' as const, host: '127.0.0.1' as const, port: await freePort() }
  await settings.set({ brokerListeners: [sn] })
  await broker.start(await freePort())
  const socket = createSocket('udp4')
  onTestFinished(() => void socket.close())
  // PUBLISH at QoS -1 with the short topic name "ab".
  socket.send(Buffer.from([8, 0x0c, 0x62, 0x61, 0x62, 0, 0, 0x78]), sn.port, sn.host)
  await vi.waitFor(() => expect(broker.status()).toMatchObject({ rateIn: 1 }), WITHIN)
  expect(await broker.otherClients()).toBe(0)
})
