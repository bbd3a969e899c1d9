import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { ConnectionStatus } from '../../shared/contract/connections'
import { defaultProfile, type Profile } from '../../shared/contract/profiles'
import { createPeer, type Peer } from '../../shared/rpc/peer'
import { portChannel } from '../../shared/rpc/port'
import { temporaryFolder } from '../history/fixture'
import { openForReading } from '../history/schema'
import { randomFrom } from '../../shared/random'
import { createConnection } from './connection'
import type { ConnectionFunctions } from './connection-functions'

const WITHIN = { timeout: 20_000, interval: 5 }

let path: string
let connection: Peer<ConnectionFunctions>
let ports: MessageChannel
let server: Server
let states: string[]
let status: ConnectionStatus

beforeEach(() => {
  path = join(temporaryFolder(), 'p.db')
  ports = new MessageChannel()
  states = []
  connection = createPeer<ConnectionFunctions>(portChannel(ports.port1), {
    status: (next: ConnectionStatus) => {
      status = next
      states.push(next.state)
    },
    stats: () => undefined
  })
  createConnection(portChannel(ports.port2), {
    profileId: 'p',
    generation: 1,
    historyPath: path
  })
})

afterEach(async () => {
  await connection.call('shutDown', null)
  ports.port1.close()
  server.close()
})

/** Has a server answer each CONNECT; returns its port. */
async function listen(onConnect: (socket: Socket) => void): Promise<number> {
  server = createServer((socket) => {
    socket.on('error', () => undefined).once('data', () => onConnect(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** Connects once with MQTT 5, and resolves when that has failed. */
async function attempt(port: number, change: Partial<Profile> = {}): Promise<void> {
  states = []
  const profile: Profile = {
    ...defaultProfile('treetop-test'),
    ...{ id: 'p', name: 'Plant', host: '127.0.0.1', port, version: 5, reconnect: false, connectTimeout: 5 },
    subscriptions: [{ filter: '#', qos: 2 }],
    secrets: { password: null, key: null },
    ...change
  }
  await connection.call('connect', { profile, secrets: { password: null, key: null } })
  await vi.waitFor(() => expect(states).toContain('failed'), WITHIN)
}

/** Bytes from hex digits. */
const bytes = (digits: string): Buffer => Buffer.from(digits.replaceAll(' ', ''), 'hex')

it.each([
  ['11', '00000009'],
  ['12', '000161'],
  ['13', '0009'],
  ['1f', '000161'],
  ['21', '0009'],
  ['22', '0009'],
  ['24', '01'],
  ['27', '00000099']
])('reports a CONNACK with property 0x%s twice', async (property, value) => {
  const twice = bytes(`${property}${value}`.repeat(2))
  const port = await listen((socket) =>
    socket.write(Buffer.from([0x20, twice.length + 3, 0, 0, twice.length, ...twice]))
  )
  await attempt(port)
  expect(states).not.toContain('online')
  expect(status.fault).toMatchObject({
    kind: 'protocol',
    message: expect.stringContaining('twice') as string
  })
})

it('reports malformed packets behind the CONNACK, and records nothing of them', async () => {
  const packets = {
    'a PUBLISH with a property twice': '30 0d 0001 61 08 03 0001 78 03 0001 78 79',
    'a PUBLISH at QoS 1 without a packet identifier': '32 07 0001 61 0000 00 79',
    'a PUBLISH with a property that is cut off': '30 07 0001 61 03 02 0000'
  }
  for (const [what, packet] of Object.entries(packets)) {
    const port = await listen((socket) =>
      socket.write(Buffer.concat([bytes('20 03 00 00 00'), bytes(packet)]))
    )
    await attempt(port)
    expect(status.fault, what).toMatchObject({ kind: 'protocol' })
    server.close()
  }
  await connection.call('settle', null)
  const history = openForReading(path)
  expect(history.prepare('SELECT count(*) FROM message').pluck().get()).toBe(0)
  history.close()
})

it('takes no CONNACK without end', async () => {
  const pair = Buffer.concat([
    bytes('26 ffff'),
    Buffer.alloc(65_535, 'a'),
    bytes('ffff'),
    Buffer.alloc(65_535, 'b')
  ])
  let sent = 0
  const port = await listen((socket) => {
    // 250 MB of User Properties.
    socket.write(bytes('20 8580807d 00 00 8080807d'))
    const more = (): void => {
      while (!socket.destroyed && socket.write(pair)) sent += pair.length
    }
    socket.on('drain', more)
    more()
  })
  await attempt(port)
  expect(status.fault).toMatchObject({
    kind: 'protocol',
    message: expect.stringContaining('not accepted yet') as string
  })
  expect(sent).toBeLessThan(50_000_000)
})

it('lets the connect timeout count until the whole CONNACK is there', async () => {
  const port = await listen((socket) => {
    socket.write(bytes('20 ffff7f 00 00 fcff7f'))
    const timer = setInterval(() => socket.write(bytes('26 0001 61 0001 62')), 20)
    socket.once('close', () => clearInterval(timer))
  })
  await attempt(port, { connectTimeout: 1 })
  expect(status.fault).toEqual({ kind: 'timeout', milliseconds: 1_000 })
})

const answers = [
  '20 1c 00 00 19 21 0009 13 003c 12 0003 616263 26 0001 61 0001 62 22 0005 24 01',
  '90 04 0001 00 02',
  '30 12 0003 612f62 09 03 0001 78 0b 05 0b 06 00 78',
  '32 08 0003 612f62 0007 00 79',
  '34 0b 0003 612f62 0008 03 23 0001 79',
  '40 03 0001 10',
  '50 02 0002',
  '62 02 0008',
  'd0 00',
  'f0 06 18 04 15 0001 78',
  'e0 08 8e 06 1f 0003 616263'
].map(bytes)

it('stays up whatever a broker answers', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const random = randomFrom(seed)
  const faults = new Set<string>()
  const port = await listen((socket) => {
    const sent = answers.map((answer) => {
      const changed = Buffer.from(answer)
      // Most of the first ones stay valid, so that the others are looked at.
      for (let count = random(3); count > 0; count--) changed[random(changed.length)] = random(256)
      return random(2) === 0 ? answer : changed
    })
    socket.end(Buffer.concat(sent))
  })
  for (let round = 0; round < 100; round++) {
    await attempt(port)
    faults.add(status.fault!.kind)
  }
  expect(faults, `seed ${seed}`).toContain('protocol')
}, 60_000)
