import { EventEmitter } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { AppError } from '../../shared/errors'
import type { Bridge, BridgeDraft, BridgeStatus } from '../../shared/contract/bridge'
import { defaultProfile, LOCAL_PROFILE_ID } from '../../shared/contract/profiles'
import type { SubtreeStatus } from '../../shared/contract/subtree'
import { createPeer } from '../../shared/rpc/peer'
import { portChannel } from '../../shared/rpc/port'
import { Mosquitto, mosquittoInstalled } from '../mqtt/mosquitto.fixture'
import { ProfileStore } from '../profiles/profiles'
import { temporaryFolder } from '../profiles/temporary.fixture'
import type { SpawnWorker } from '../worker'
import { BridgeStore } from './bridge-store'
import { Bridges } from './bridges'
import { Home, Person, rule, WITHIN } from './fixture'
import { serveBridges } from './serve'

vi.mock('./worker?modulePath', () => ({ default: 'bridge' }))

/** The bridges over a worker without a thread, with a broker of ours. */
async function setup() {
  const folder = temporaryFolder()
  const home = await new Home().start()
  let crash = (): void => undefined
  const spawn: SpawnWorker = (_path, local) => {
    const { port1, port2 } = new MessageChannel()
    const life = new EventEmitter()
    serveBridges(portChannel(port2))
    const exit = (error: Error | null): void => {
      port2.removeAllListeners('message')
      port1.close()
      life.emit('exit', error)
    }
    crash = () => exit(new Error('out of memory'))
    return {
      peer: createPeer(portChannel(port1), local),
      onExit: (listener) => void life.once('exit', listener),
      terminate: () => Promise.resolve(exit(null))
    }
  }
  const profiles = new ProfileStore(folder, null)
  await profiles.load()
  const store = new BridgeStore(folder)
  await store.load()
  const broker = { isRunning: true, fault: null as AppError | null }
  const bridges = new Bridges(spawn, store, profiles, {
    pipe: home.pipe,
    isRunning: () => broker.isRunning,
    tell: () => undefined,
    resolve: (access) => (broker.fault ? Promise.reject(broker.fault) : Promise.resolve(access))
  })
  const states = new Map<string, BridgeStatus>()
  let subtree: SubtreeStatus | null = null
  bridges.on('changed', (status) => states.set(status.id, status))
  bridges.on('subtree', (status) => (subtree = status))
  onTestFinished(() => bridges.close())
  const addProfile = async (port: number): Promise<string> => {
    const draft = {
      ...defaultProfile('person'),
      name: 'Plant',
      host: '127.0.0.1',
      port,
      connectTimeout: 2,
      username: 'person'
    }
    return (await profiles.save({ draft, secrets: { password: 'hidden' } })).id
  }
  return {
    folder,
    home,
    broker,
    bridges,
    profiles,
    store,
    states,
    addProfile,
    calls: bridges.calls(),
    subtree: () => subtree,
    crash: () => crash()
  }
}

function draft(profileId: string, change: Partial<BridgeDraft> = {}): BridgeDraft {
  return { name: 'Home', profileId, rules: [rule({ filter: 'x/#' })], ...change }
}

it('keeps bridges in a file that only this user reads, without secrets', async () => {
  const { folder, calls, addProfile, store } = await setup()
  const saved = await calls['bridge.save']({ draft: draft(await addProfile(1)) })
  const path = join(folder, 'bridges.json')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readFileSync(path, 'utf8')).not.toContain('hidden')
  const again = new BridgeStore(folder)
  await again.load()
  expect(again.list()).toEqual([saved])
  expect(again.brokerId).toBe(store.brokerId)
})

it('says which variable of its profile is missing, and connects once it is there', async () => {
  const { broker, calls, addProfile, states } = await setup()
  const { id } = await calls['bridge.save']({ draft: draft(await addProfile(1)) })
  const missing = { field: 'host', variable: null, line: 1, column: 1, name: 'host', detail: '' }
  const fault = { ...missing, code: 'UNKNOWN_VARIABLE' } as const
  broker.fault = new AppError('PROFILE_VARIABLES', { name: 'Plant', faults: [fault] })
  await calls['bridge.switch']({ id, on: true })
  expect(states.get(id)).toMatchObject({
    state: 'failed',
    remote: { name: 'Plant', state: 'failed', fault: { kind: 'variables', fault } }
  })
  broker.fault = null
  await calls['bridge.retry']({ id })
  await vi.waitFor(() => expect(states.get(id)?.remote?.fault).toMatchObject({ kind: 'network' }))
})

it('refuses a profile that is the local broker’s, or none', async () => {
  const { calls } = await setup()
  for (const [id, fault] of [
    [LOCAL_PROFILE_ID, 'PROFILE_LOCAL'],
    ['gone', 'PROFILE_UNKNOWN']
  ] as const)
    await expect(calls['bridge.save']({ draft: draft(id) })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      details: { issues: [{ path: 'draft.profileId', fault }] }
    })
})

it('refuses filters that bring messages back through another bridge before MQTT 5', async () => {
  const { calls, profiles, addProfile } = await setup()
  const id = await addProfile(1)
  await calls['bridge.save']({ draft: draft(id, { rules: [rule({ direction: 'in', filter: 'x/#' })] }) })
  const outward = draft(id, { rules: [rule({ direction: 'out', filter: 'x/y' })] })
  await calls['bridge.save']({ draft: outward })
  const { id: _, secrets: _secrets, ...profile } = profiles.get(id)
  await profiles.save({ id, draft: { ...profile, version: 4 }, secrets: {} })
  await expect(calls['bridge.save']({ draft: outward })).rejects.toMatchObject({
    details: { issues: [{ path: 'draft.rules.0.filter', fault: 'FILTER_LOOPS' }] }
  })
})

it('says that a bridge to nowhere waits to retry, and leaves the broker as it is', async () => {
  const { calls, home, states, addProfile } = await setup()
  const { id } = await calls['bridge.save']({ draft: draft(await addProfile(1)) })
  expect((await calls['bridge.states']())[0]).toMatchObject({ state: 'off' })
  await calls['bridge.switch']({ id, on: true })
  await vi.waitFor(() => expect(states.get(id)).toMatchObject({ state: 'reconnecting' }), WITHIN)
  expect(states.get(id)!.remote).toMatchObject({
    fault: { code: 'ECONNREFUSED' },
    retryAt: expect.any(Number)
  })
  expect(home.broker.clientCount).toBe(0)
  await calls['bridge.switch']({ id, on: false })
  expect(states.get(id)).toMatchObject({ state: 'off' })
})

it('gives lines for mosquitto.conf, without the password', async () => {
  const { calls, store, addProfile } = await setup()
  const { id } = await calls['bridge.save']({ draft: draft(await addProfile(1883)) })
  const { lines, notes } = await calls['bridge.mosquitto']({ id })
  expect(lines).toEqual(
    expect.arrayContaining(['address 127.0.0.1:1883', 'remote_username person', 'topic x/# both 2 "" ""'])
  )
  expect(lines).toContain(`remote_clientid bridge${store.brokerId}${id}m`)
  expect(lines.join()).not.toContain('hidden')
  expect(notes).toEqual([{ kind: 'password' }])
})

it('goes on as it is when only its name changes, and starts afresh when its rules do', async () => {
  const { calls, states, store, addProfile } = await setup()
  const profileId = await addProfile(1)
  const { id } = await calls['bridge.save']({ draft: draft(profileId) })
  await calls['bridge.switch']({ id, on: true })
  await store.set(id, { isFresh: false })
  states.clear()
  await calls['bridge.save']({ id, draft: draft(profileId, { name: 'Other' }) })
  expect(store.get(id)).toMatchObject({ name: 'Other', on: true, isFresh: false })
  expect(states.get(id)?.state).not.toBe('waiting')
  await calls['bridge.save']({ id, draft: draft(profileId, { rules: [rule({ filter: 'y' })] }) })
  expect(store.get(id).isFresh).toBe(true)
})

describe.skipIf(!mosquittoInstalled)('with Mosquitto', () => {
  const mosquitto = new Mosquitto()
  beforeAll(() => mosquitto.start())
  afterAll(() => mosquitto.remove())

  const online = (states: Map<string, BridgeStatus>, { id }: Bridge) =>
    vi.waitFor(() => expect(states.get(id)).toMatchObject({ state: 'online' }), WITHIN)

  it('is on while the broker runs, goes on after its worker crashed, and ends when its profile is removed', async () => {
    const { calls, home, broker, bridges, states, profiles, store, addProfile, crash } = await setup()
    const profileId = await addProfile(mosquitto.port)
    const bridge = await calls['bridge.save']({ draft: draft(profileId) })
    broker.isRunning = false
    await calls['bridge.switch']({ id: bridge.id, on: true })
    expect(states.get(bridge.id)).toMatchObject({ state: 'waiting' })
    broker.isRunning = true
    bridges.brokerChanged()
    await online(states, bridge)
    await vi.waitFor(() => expect(store.get(bridge.id).isFresh).toBe(false), WITHIN)
    states.clear()
    crash()
    await online(states, bridge)
    const there = await Person.at(mosquitto.port, {}, 'nothing')
    const here = await Person.at(home.port)
    await there.publish('x/y', 'hello')
    await here.hears('hello')
    await profiles.remove(profileId)
    await bridges.profilesChanged(profiles.list())
    expect(states.get(bridge.id)).toMatchObject({ state: 'off' })
  })

  it('connects again when its profile leads elsewhere, or when asked to', async () => {
    const { calls, bridges, states, profiles, addProfile } = await setup()
    const profileId = await addProfile(1)
    const bridge = await calls['bridge.save']({ draft: draft(profileId) })
    await calls['bridge.switch']({ id: bridge.id, on: true })
    await vi.waitFor(() => expect(states.get(bridge.id)).toMatchObject({ state: 'reconnecting' }), WITHIN)
    const { id, secrets: _, ...profile } = profiles.get(profileId)
    await profiles.save({ id, draft: { ...profile, port: mosquitto.port }, secrets: {} })
    await bridges.profilesChanged(profiles.list())
    await online(states, bridge)
    const since = states.get(bridge.id)!.remote!.since
    await calls['bridge.retry']({ id: bridge.id })
    await vi.waitFor(() => {
      expect(states.get(bridge.id)).toMatchObject({ state: 'online' })
      expect(states.get(bridge.id)!.remote!.since).toBeGreaterThan(since)
    }, WITHIN)
  })

  it('copies a subtree, pastes it on the local broker, and puts back what was there', async () => {
    const { calls, home, subtree, addProfile } = await setup()
    const there = await Person.at(mosquitto.port, {}, 'nothing')
    await there.publish('plant/a', 'a', 2, true)
    await there.publish('plant/b/c', 'c', 0, true)
    await there.publish('other', 'no', 1, true)
    const here = await Person.at(home.port, {}, 'nothing')
    await here.publish('home/a', 'before', 1, true)
    const retained = () =>
      Object.fromEntries(
        [...home.broker.retained.all()].map(({ topic, payload, qos }) => [
          topic,
          `${payload.toString()} ${qos}`
        ])
      )

    await calls['subtree.copy']({ profileId: await addProfile(mosquitto.port), topic: 'plant' })
    await vi.waitFor(
      () => expect(subtree()).toMatchObject({ job: null, copy: { messages: 2, bytes: 2 } }),
      WITHIN
    )
    await calls['subtree.paste']({ remove: 'plant', add: 'home' })
    await vi.waitFor(
      () => expect(subtree()).toMatchObject({ job: null, outcome: { end: 'done', done: 2 } }),
      WITHIN
    )
    expect(retained()).toEqual({ 'home/a': 'a 2', 'home/b/c': 'c 0' })
    expect(subtree()!.undo).toEqual({ messages: 2, conflicts: 0 })

    await here.publish('home/b/c', 'mine', 1, true)
    await calls['subtree.undo']({ overwrite: false })
    await vi.waitFor(
      () => expect(subtree()).toMatchObject({ job: null, undo: { messages: 1, conflicts: 1 } }),
      WITHIN
    )
    expect(retained()).toEqual({ 'home/a': 'before 1', 'home/b/c': 'mine 1' })
    await calls['subtree.undo']({ overwrite: true })
    await vi.waitFor(() => expect(subtree()).toMatchObject({ job: null, undo: null }), WITHIN)
    expect(retained()).toEqual({ 'home/a': 'before 1' })
  })
})

it('names what cannot be pasted, and why a copy failed', async () => {
  const { calls, home, subtree, addProfile, broker } = await setup()
  const there = await new Home('bbbbbbbb').start()
  const source = await Person.at(there.port, {}, 'nothing')
  await source.publish('p', 'x', 1, true)
  await calls['subtree.copy']({ profileId: await addProfile(there.port), topic: '' })
  await vi.waitFor(() => expect(subtree()).toMatchObject({ job: null, copy: { messages: 1 } }), WITHIN)
  await calls['subtree.paste']({ remove: 'p', add: '' })
  await vi.waitFor(() => expect(subtree()).toMatchObject({ job: null, outcome: { refusals: 1 } }), WITHIN)
  expect(subtree()!.outcome!.refused).toEqual([{ topic: 'p', code: 0x90 }])
  await calls['subtree.paste']({ remove: '', add: '$SYS/' })
  await vi.waitFor(
    () => expect(subtree()!.outcome?.refused).toEqual([{ topic: '$SYS/p', code: 0x87 }]),
    WITHIN
  )
  expect([...home.broker.retained.all()]).toEqual([])
  await calls['subtree.copy']({ profileId: await addProfile(1), topic: '' })
  await vi.waitFor(
    () => expect(subtree()).toMatchObject({ job: null, outcome: null, copyFault: { kind: 'connection' } }),
    WITHIN
  )
  broker.isRunning = false
  await expect(calls['subtree.paste']({ remove: '', add: '' })).rejects.toThrow('BROKER_NOT_RUNNING')
})
