import { expect, it, onTestFinished, vi } from 'vitest'
import { ScramBroker } from '../../mqtt/scram-broker.fixture'
import { TestProxy } from '../../mqtt/proxy.fixture'
import { defaultProfileProxy } from '../../../shared/contract/transport'
import { setup } from '../../broker/listeners/listen.fixture'
import { defaultProfile } from '../../../shared/contract/profiles'
import { emptySimulatedMessage, emptySimulator } from '../../../shared/contract/simulators'
import { TemplateError } from '../template/fault'
import { checked } from './check'
import { streamOpener } from './open-stream'
import type { SimulatorPlan } from './plan'
import { Simulation } from './simulation'

const around = {
  variables: [{ name: 'plant', value: 'north', expands: true }],
  directory: '/nowhere',
  env: {},
  rows(file: string) {
    if (file !== 'devices.csv') throw new TemplateError('ROWS_UNREADABLE', file, 'ENOENT')
    return [new Map([['id', 'a']]), new Map([['id', 'b']])]
  }
}
const message = {
  ...emptySimulatedMessage,
  topic: '{{plant}}/{{id}}/{{device}}',
  payload: '{{$counter}}',
  every: '20'
}
const typed = {
  ...emptySimulator,
  clients: '3',
  clientId: 'dev-{{device}}',
  rampUp: '0',
  devices: 'devices.csv',
  messages: [message]
}

function started(plan: Partial<SimulatorPlan>, port: number) {
  const { plan: made } = checked(typed, around)
  const profile = {
    ...defaultProfile('p'),
    id: 'p',
    name: 'p',
    host: '127.0.0.1',
    port
  } as SimulatorPlan['profile']
  const whole = { ...made, profile, secrets: { password: null, key: null }, ...plan }
  const simulation = new Simulation(whole, streamOpener(whole.profile, whole.secrets))
  const ended = simulation.run()
  onTestFinished(() => simulation.stop())
  return { simulation, ended }
}

it('publishes from every device, with its number, its row, and generators that count for it', async () => {
  const { listener, client } = await setup('tcp')
  const seen = new Map<string, string[]>()
  const other = await client()
  await other.subscribeAsync('#')
  other.on('message', (topic, payload) => seen.set(topic, [...(seen.get(topic) ?? []), payload.toString()]))
  const { simulation, ended } = started({}, listener.port)
  await vi.waitFor(() => {
    for (const topic of ['north/a/1', 'north/b/2', 'north/a/3'])
      expect(seen.get(topic)?.length).toBeGreaterThan(3)
  })
  expect(seen.get('north/a/3')!.slice(0, 3)).toEqual(['1', '2', '3'])
  expect(simulation.status).toMatchObject({ state: 'running', connected: 3, failed: 0, asked: 150 })
  simulation.stop()
  expect(await ended).toBe('stopped')
  expect(simulation.status).toMatchObject({ state: 'ended', connected: 0 })
})

it('acknowledges QoS 2, and ends with its time', async () => {
  const { listener } = await setup('tcp')
  const { simulation, ended } = started(
    { duration: 3_000, messages: [{ ...message, topic: 'a', every: 40, qos: 2 }] },
    listener.port
  )
  expect(await ended).toBe('duration')
  const { sent, acknowledged } = simulation.status
  expect(sent).toBeGreaterThan(0)
  expect(acknowledged).toBeGreaterThan(0)
})

it('counts why devices have no connection, and tries again', async () => {
  const { listener, broker } = await setup('tcp')
  const { simulation } = started({}, listener.port)
  await vi.waitFor(() => expect(simulation.status.connected).toBe(3))
  broker.close()
  await listener.close()
  await vi.waitFor(() => expect(simulation.status.connected).toBe(0))
  await vi.waitFor(() => expect(simulation.status.failures.length).toBeGreaterThan(0), { timeout: 5_000 })
})

it('says everything that is wrong before it starts', () => {
  const faults = (changes: object) =>
    checked({ ...typed, ...changes }, around).faults.map(
      ({ field, code, template }) => `${field} ${template?.code ?? code}`
    )
  expect(faults({})).toEqual([])
  expect(faults({ clients: '10001' })).toEqual(['clients CLIENTS'])
  expect(faults({ clientId: 'same' })).toEqual(['clientId SAME_IDS'])
  expect(faults({ clientId: '' })).toEqual(['clientId CLIENT_ID'])
  expect(faults({ devices: 'none.csv' })).toContain('devices ROWS_UNREADABLE')
  expect(faults({ messages: [] })).toEqual(['messages NO_MESSAGES'])
  expect(faults({ rampUp: 'x', duration: '0' })).toEqual(['rampUp RAMP_UP', 'duration DURATION'])
  expect(
    faults({ messages: [{ ...message, every: '', topic: '{{nope}}', payload: '{{$random 5 1}}' }] })
  ).toEqual(['messages.0.every EVERY', 'messages.0.topic UNKNOWN_VARIABLE', 'messages.0.payload BAD_RANGE'])
  expect(faults({ messages: [{ ...message, topic: 'a/#' }] })).toEqual(['messages.0.topic TOPIC'])
})

it('goes through the proxy of its profile, over TCP and WebSocket', async () => {
  for (const kind of ['tcp', 'ws'] as const) {
    const { listener } = await setup(kind)
    const proxy = new TestProxy({ kind: 'socks5', hosts: { 'broker.test': '127.0.0.1' } })
    await proxy.start()
    onTestFinished(() => proxy.stop())
    const own = {
      ...defaultProfileProxy().server,
      kind: 'socks5' as const,
      host: '127.0.0.1',
      port: proxy.port
    }
    const profile = {
      ...{ ...defaultProfile('p'), id: 'p', secrets: {}, host: 'broker.test', port: listener.port },
      ...{ protocol: kind === 'ws' ? ('ws' as const) : ('mqtt' as const) },
      proxy: { use: 'own' as const, server: own }
    }
    const { simulation } = started({ profile }, listener.port)
    await vi.waitFor(() => expect(simulation.status).toMatchObject({ connected: 3 }))
    expect(proxy.targets).toEqual(Array(3).fill(`broker.test:${listener.port}`))
  }
})

it('signs in by SCRAM, without the password on the wire, and leaves a broker that does not know it', async () => {
  for (const flaw of [null, 'signature'] as const) {
    const broker = new ScramBroker('open sesame', flaw)
    await broker.start()
    onTestFinished(() => broker.stop())
    const profile = {
      ...{ ...defaultProfile('p'), id: 'p', secrets: {}, host: '127.0.0.1', port: broker.port },
      ...{ username: 'ann', authentication: 'SCRAM-SHA-256' as const }
    }
    const { simulation } = started({ profile, secrets: { password: 'open sesame' } }, broker.port)
    if (flaw === null) await vi.waitFor(() => expect(simulation.status).toMatchObject({ connected: 3 }))
    else await vi.waitFor(() => expect(JSON.stringify(simulation.status)).toContain('"scram"'))
    const connects = broker.received.filter((packet) => packet.cmd === 'connect')
    expect(connects.length).toBeGreaterThanOrEqual(3)
    expect(connects.every(({ password, username }) => !password && !username)).toBe(true)
  }
})
