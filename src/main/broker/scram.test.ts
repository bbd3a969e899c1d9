import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import type { Packet } from 'mqtt-packet'
import { expect, it } from 'vitest'
import { Broker } from './core/broker'
import { HandClock } from './core/hand-clock.fixture'
import { PacketClient } from './core/packet-client.fixture'
import { scram, scramCredentials } from './scram'

const METHOD = 'SCRAM-SHA-256'
const FIRST = 'n,,n=user,r=rOprNGfwEbeRWgbNEkqO'
const user = scramCredentials('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'), 4_096)

/** The method with the server's nonce of RFC 7677. */
const method = scram(
  (username) => (username === 'user' ? user : null),
  () => '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
  Buffer.from('secret')
)

const ask = (exchange: ReturnType<typeof method>, first: string): string =>
  exchange.begin(Buffer.from(first)).data.toString()

/** The client's last message for the server's first (RFC 5802, 3), by a client of the test's own. */
function final(first: string, server: string, password: string): Buffer {
  const [, nonce, salt, iterations] = /^r=(.*),s=(.*),i=(.*)$/.exec(server)!
  const salted = pbkdf2Sync(password, Buffer.from(salt!, 'base64'), Number(iterations), 32, 'sha256')
  const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
  const clientKey = hmac(salted, 'Client Key')
  const message = `c=biws,r=${nonce}`
  const signature = hmac(
    createHash('sha256').update(clientKey).digest(),
    `${first.slice(3)},${server},${message}`
  )
  return Buffer.from(
    `${message},p=${Buffer.from(clientKey.map((byte, i) => byte ^ signature[i]!)).toString('base64')}`
  )
}

it('makes the exchange of RFC 7677, section 3', () => {
  const exchange = method()
  const server = ask(exchange, FIRST)
  expect(server).toBe(
    'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096'
  )
  const last =
    'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ='
  expect(exchange.proceed(Buffer.from(last))).toEqual({
    done: true,
    data: Buffer.from('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4='),
    username: 'user'
  })
})

it('gives an unknown user the same salt each time, and refuses it like a wrong password', () => {
  const unknown = FIRST.replace('user', 'nobody')
  const exchange = method()
  const server = ask(exchange, unknown)
  expect(server).toBe(ask(method(), unknown))
  expect(server).not.toBe(ask(method(), FIRST.replace('user', 'somebody')))
  expect(server).toMatch(/,s=[A-Za-z0-9+/]{22}==,i=4096$/)
  const wrong = method()
  const right = ask(wrong, FIRST)
  const refusals = [
    () => exchange.proceed(final(unknown, server, 'pencil')),
    () => wrong.proceed(final(FIRST, right, 'pen'))
  ].map((work) => {
    try {
      return work()
    } catch (error) {
      return { ...(error as object), message: (error as Error).message }
    }
  })
  expect(refusals[0]).toEqual(refusals[1])
  expect(refusals[0]).toMatchObject({ reasonCode: 0x86 })
})

it.each([
  'p=tls-unique,,n=user,r=x',
  'n,a=admin,n=user,r=x',
  'n,,m=1,n=user,r=x',
  'n,,n=,r=x',
  'n,,n=user,r=',
  'n,,n=us=er,r=x',
  'n,,n=us\u0007er,r=x',
  ''
])('refuses the first message %j', (first) => {
  expect(() => method().begin(Buffer.from(first))).toThrow(expect.objectContaining({ reasonCode: 0x87 }))
})

it('refuses a last message of another nonce, channel binding or length', () => {
  const server = ask(method(), FIRST)
  const last = final(FIRST, server, 'pencil').toString()
  for (const wrong of [
    last.replace(',r=r', ',r=x'),
    last.replace('c=biws', 'c=eSws'),
    last.replace(/p=.*/, 'p=eA=='),
    last.replace(/,p=.*/, ''),
    ''
  ]) {
    const exchange = method()
    ask(exchange, FIRST)
    expect(() => exchange.proceed(Buffer.from(wrong))).toThrow(expect.objectContaining({ reasonCode: 0x87 }))
  }
})

it('prepares names and passwords: compatible characters and spaces are one (RFC 4013)', () => {
  const salt = Buffer.from('salt')
  expect(scramCredentials('a\u00a0\u2168\u00ad', salt)).toEqual(scramCredentials('a IX', salt))
  expect(() => scramCredentials('a\u0007')).toThrow('SASLprep')
  let asked = ''
  scram((username) => ((asked = username), null))().begin(Buffer.from('n,,n=a=2Cb=3D\u2168,r=x'))
  expect(asked).toBe('a,b=IX')
})

/** A client of a broker that offers SCRAM. */
function client(): PacketClient {
  const clock = new HandClock()
  return new PacketClient(new Broker({ clock, authenticators: new Map([[METHOD, method]]) }), clock)
}

const connect = (to: PacketClient, authenticationMethod = METHOD): Promise<Packet[]> =>
  to.connect('c', { properties: { authenticationMethod, authenticationData: Buffer.from(FIRST) } })

const auth = (data: Buffer, reasonCode = 0x18, authenticationMethod = METHOD): Packet => ({
  cmd: 'auth',
  reasonCode,
  properties: { authenticationMethod, authenticationData: data }
})

function dataOf(packets: Packet[]): string {
  const [packet] = packets
  return packet?.cmd === 'auth' ? packet.properties!.authenticationData!.toString() : ''
}

async function connected(): Promise<PacketClient> {
  const ours = client()
  const server = dataOf(await connect(ours))
  await ours.ask(auth(final(FIRST, server, 'pencil')))
  return ours
}

it('lets a client in by AUTH packets, with the server’s signature in the CONNACK (4.12)', async () => {
  const ours = client()
  const challenge = await connect(ours)
  expect(challenge).toMatchObject([
    { cmd: 'auth', reasonCode: 0x18, properties: { authenticationMethod: METHOD } }
  ])
  expect(await ours.ask(auth(final(FIRST, dataOf(challenge), 'pencil')))).toMatchObject([
    {
      cmd: 'connack',
      reasonCode: 0,
      properties: {
        authenticationMethod: METHOD,
        authenticationData: Buffer.from('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')
      }
    }
  ])
})

it('refuses a wrong password with 0x86 [MQTT-4.12.0-4]', async () => {
  const ours = client()
  const server = dataOf(await connect(ours))
  expect(await ours.ask(auth(final(FIRST, server, 'pen')))).toMatchObject([
    { cmd: 'connack', reasonCode: 0x86 }
  ])
  expect(ours.raw.isOver).toBe(true)
})

it('refuses a method that it does not know with 0x8c [MQTT-4.12.0-1]', async () => {
  expect(await connect(client(), 'OTHER')).toMatchObject([{ cmd: 'connack', reasonCode: 0x8c }])
})

it.each<[string, Packet]>([
  ['another method [MQTT-4.12.0-5]', auth(Buffer.from('x'), 0x18, 'OTHER')],
  ['another reason code [MQTT-4.12.0-3]', auth(Buffer.from('x'), 0x19)],
  ['a packet of another type [MQTT-3.1.2-30]', { cmd: 'pingreq' }]
])('refuses %s during the exchange', async (_what, packet) => {
  const ours = client()
  await connect(ours)
  expect(await ours.ask(packet)).toMatchObject([{ cmd: 'connack', reasonCode: 0x82 }])
})

it('authenticates a connected client again while it goes on (4.12.1)', async () => {
  const ours = await connected()
  for (let times = 0; times < 2; times++) {
    const server = dataOf(await ours.ask(auth(Buffer.from(FIRST), 0x19)))
    expect(await ours.ask({ cmd: 'pingreq' })).toMatchObject([{ cmd: 'pingresp' }])
    expect(await ours.ask(auth(final(FIRST, server, 'pencil')))).toMatchObject([
      { cmd: 'auth', reasonCode: 0, properties: { authenticationMethod: METHOD } }
    ])
  }
})

it('closes the connection of a client that fails to authenticate again [MQTT-4.12.1-2]', async () => {
  const ours = await connected()
  const server = dataOf(await ours.ask(auth(Buffer.from(FIRST), 0x19)))
  expect(await ours.ask(auth(final(FIRST, server, 'pen')))).toMatchObject([
    { cmd: 'disconnect', reasonCode: 0x87 }
  ])
  expect(ours.raw.isOver).toBe(true)
})

it.each<[string, Packet]>([
  ['another method [MQTT-4.12.1-1]', auth(Buffer.from(FIRST), 0x19, 'OTHER')],
  ['an AUTH that continues nothing', auth(Buffer.from(FIRST), 0x18)]
])('refuses %s of a connected client', async (_what, packet) => {
  const ours = await connected()
  expect(await ours.ask(packet)).toMatchObject([{ cmd: 'disconnect', reasonCode: 0x82 }])
})

it('refuses to make a connected client another user', async () => {
  const clock = new HandClock()
  const both = scram(() => user)
  const broker = new Broker({ clock, authenticators: new Map([[METHOD, both]]) })
  const ours = new PacketClient(broker, clock)
  await ours.ask(auth(final(FIRST, dataOf(await connect(ours)), 'pencil')))
  const other = FIRST.replace('user', 'root')
  const server = dataOf(await ours.ask(auth(Buffer.from(other), 0x19)))
  expect(await ours.ask(auth(final(other, server, 'pencil')))).toMatchObject([
    { cmd: 'disconnect', reasonCode: 0x87 }
  ])
})

it('refuses AUTH of a client that connected without a method [MQTT-4.12.0-7]', async () => {
  const ours = client()
  await ours.connect('c')
  expect(await ours.ask(auth(Buffer.from(FIRST), 0x19))).toMatchObject([
    { cmd: 'disconnect', reasonCode: 0x82 }
  ])
})
