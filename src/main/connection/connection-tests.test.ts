import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { generate, parser, type IConnectPacket, type Packet } from 'mqtt-packet'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { noProperties } from '../../shared/composed-properties'
import type { Job } from '../../shared/contract/jobs'
import { defaultProfile, type ProfileDraft, type SecretsInput } from '../../shared/contract/profiles'
import { Jobs } from '../jobs/jobs'
import type { Secrets } from '../mqtt/options'
import { connectionTestCalls } from './connection-tests'

let server: Server
let jobs: Jobs
/** Answers a CONNECT; by default it accepts. */
let answer: (socket: Socket) => void
let received: Packet[]
let open: Set<Socket>

beforeEach(async () => {
  received = []
  open = new Set()
  jobs = new Jobs()
  answer = (socket) =>
    socket.write(generate({ cmd: 'connack', sessionPresent: false, reasonCode: 0 }, version5))
  server = createServer((socket) => {
    open.add(socket)
    const reader = parser()
    reader.on('packet', (packet) => {
      received.push(packet)
      if (packet.cmd === 'connect') answer(socket)
    })
    socket.on('data', (bytes) => reader.parse(bytes))
    socket.on('error', () => undefined)
    socket.on('close', () => open.delete(socket))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
})

afterEach(() => {
  for (const socket of open) socket.destroy()
  server.close()
})

const version5 = { protocolVersion: 5 } as const
const stored: Secrets = { password: 'stored', key: null }

function draft(changes: Partial<ProfileDraft> = {}): ProfileDraft {
  const { port } = server.address() as AddressInfo
  return { ...defaultProfile('mine'), name: 'Plant', host: '127.0.0.1', port, username: 'ann', ...changes }
}

async function start(
  tested: ProfileDraft,
  secrets: SecretsInput = {},
  profileId: string | null = 'p'
): Promise<Job> {
  return connectionTestCalls({
    jobs,
    secretsOf: (id) => (id === null ? {} : stored),
    resolve: (place) => Promise.resolve(place)
  })['connectionTests.start']({
    profileId,
    draft: tested,
    secrets
  })
}

async function ended({ id }: Job): Promise<Job> {
  const now = (): Job => jobs.list().find((job) => job.id === id)!
  await vi.waitFor(() => expect(now().state).not.toBe('running'), { timeout: 20_000, interval: 10 })
  return now()
}

const connect = (): IConnectPacket => received.find(({ cmd }) => cmd === 'connect') as IConnectPacket

it('connects as a client of its own that keeps no session and has no will, and disconnects', async () => {
  const will = {
    ...({ topic: 'gone', payload: 'x', qos: 0, retain: false } as const),
    ...{ delay: 0, properties: noProperties() }
  }
  const job = await ended(await start(draft({ clean: false, sessionExpiry: 3_600, will })))
  expect(job.result).toMatchObject({ kind: 'connectionTest', fault: null, version: 5 })
  expect(job.result).toHaveProperty('took', expect.closeTo(0, -4))
  expect(connect()).toMatchObject({ clean: true, properties: { sessionExpiryInterval: 0 }, username: 'ann' })
  expect(connect().clientId).toMatch(/^treetop_test_[0-9a-f]{8}$/)
  expect(connect().will).toBeUndefined()
  await vi.waitFor(() => expect(open.size).toBe(0))
  expect(received.map(({ cmd }) => cmd)).toEqual(['connect', 'disconnect'])
})

it('uses the stored secrets, unless others were typed or they were removed', async () => {
  const passwords: (string | undefined)[] = []
  for (const secrets of [{}, { password: 'typed' }, { password: null }]) {
    received = []
    await ended(await start(draft(), secrets))
    passwords.push(connect().password?.toString())
  }
  received = []
  await ended(await start(draft(), {}, null))
  expect([...passwords, connect().password?.toString()]).toEqual(['stored', 'typed', undefined, undefined])
})

it('results in the fault that a connection would have', async () => {
  answer = (socket) =>
    socket.end(
      generate(
        { cmd: 'connack', sessionPresent: false, reasonCode: 0x87, properties: { reasonString: 'not you' } },
        version5
      )
    )
  expect((await ended(await start(draft()))).result).toMatchObject({
    fault: { kind: 'connack', version: 5, code: 0x87, reasonString: 'not you' }
  })
  const closed = draft()
  server.close()
  for (const socket of open) socket.destroy()
  await vi.waitFor(() => expect(server.listening).toBe(false))
  expect((await ended(await start(closed))).result).toMatchObject({
    fault: { kind: 'network', code: 'ECONNREFUSED' }
  })
  const broken = {
    cert: '-----BEGIN CERTIFICATE-----',
    identity: 'pem' as const,
    ca: '',
    verify: true,
    alpn: [],
    serverName: ''
  }
  const unreadable: ProfileDraft = { ...closed, protocol: 'mqtts', tls: broken }
  expect((await ended(await start(unreadable, { key: 'x' }))).result).toMatchObject({
    fault: { kind: 'network' }
  })
})

it('can be cancelled while the broker does not answer, and leaves no connection', async () => {
  answer = () => undefined
  const job = await start(draft())
  await vi.waitFor(() => expect(connect()).toBeDefined())
  jobs.cancel(job.id)
  expect((await ended(job)).state).toBe('cancelled')
  await vi.waitFor(() => expect(open.size).toBe(0))
})
