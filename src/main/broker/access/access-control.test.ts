import { duplexPair } from 'node:stream'
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import { expect, it, onTestFinished } from 'vitest'
import { openAccess, type AccessRule, type StoredAccess } from '../../../shared/contract/access'
import type { MqttVersion } from '../../../shared/contract/profiles'
import { TestClient, TestNetwork } from '../core/fixture'
import { connectPacket, publishPacket } from '../core/packets.fixture'
import { scramCredentials } from '../scram'
import { AccessControl } from './access-control'
import { OwnClients } from './own-clients'
import { hashPassword } from './password'

const everything = { user: null, clientId: null, comment: '' }

function allow(filter: string, who: Partial<AccessRule> = {}): AccessRule {
  return { effect: 'allow', action: 'both', filter, ...everything, ...who }
}

function deny(filter: string, who: Partial<AccessRule> = {}): AccessRule {
  return { ...allow(filter, who), effect: 'deny' }
}

async function user(name: string, password: string): Promise<StoredAccess['users'][number]> {
  const { salt, iterations, storedKey, serverKey } = scramCredentials(password)
  const [text] = [salt, storedKey, serverKey].map((bytes) => bytes.toString('base64'))
  return {
    name,
    password: await hashPassword(password),
    scram: {
      salt: text!,
      iterations,
      storedKey: storedKey.toString('base64'),
      serverKey: serverKey.toString('base64')
    }
  }
}

const closed: StoredAccess = { ...openAccess, anonymous: false, users: [], secret: '' }

function setup(access: Partial<StoredAccess>) {
  const ownClients = new OwnClients({ user: 'own', password: 'known to Treetop only' })
  const control = new AccessControl(ownClients, () => 5)
  const network = new TestNetwork({ authenticators: control.authenticators })
  onTestFinished(() => network.close())
  network.broker.hooks.add(ownClients)
  control.guard(network.broker, { ...closed, ...access })
  return {
    control,
    network,
    set: (next: Partial<StoredAccess>) => control.set({ ...closed, ...next })
  }
}

/** Treetop's own connection. */
function observer(network: TestNetwork): TestClient {
  const [near, far] = duplexPair()
  network.broker.accept(far, '', true)
  return new TestClient(near, far, 5, 'treetop')
}

it('costs a look at each CONNECT while everybody may do everything, and no more again afterwards', () => {
  const { network, set } = setup({ anonymous: true })
  const { hooks } = network.broker
  const count = (): number =>
    [hooks.authenticate, hooks.connect, hooks.publish, hooks.subscribe, hooks.deliver, hooks.dequeue].filter(
      (hook) => hook !== undefined
    ).length
  expect(count()).toBe(1)
  set({ anonymous: true, rules: [deny('a')] })
  set({ anonymous: false })
  expect(count()).toBe(6)
  set({ anonymous: true })
  expect(count()).toBe(1)
})

it.each([
  [3, { returnCode: 4 }, { returnCode: 5 }],
  [4, { returnCode: 4 }, { returnCode: 5 }],
  [5, { reasonCode: 0x86 }, { reasonCode: 0x87 }]
] as [MqttVersion, object, object][])(
  'refuses a wrong password and clients without a user name, MQTT version %i',
  async (version, wrong, anonymous) => {
    const { network, control } = setup({ users: [await user('ada', 'secret')] })
    const connect = (options: object) => network.open(version).connect({ clientId: 'c', ...options })
    expect(await connect({})).toMatchObject(anonymous)
    expect(await connect({ username: 'ada', password: 'wrong' })).toMatchObject(wrong)
    expect(await connect({ username: 'ada', password: 'wrong' })).toMatchObject(wrong)
    expect(await connect({ username: 'bob', password: 'secret' })).toMatchObject(wrong)
    expect(await connect({ username: 'ada', password: 'secret' })).not.toMatchObject(wrong)
    const attempt = { clientId: 'c', address: '', action: 'connect', topic: '', rule: null, resolved: false }
    expect(control.refused()).toEqual([
      { ...attempt, user: null, fault: 'ANONYMOUS', count: 1, firstAt: 5, lastAt: 5 },
      { ...attempt, user: 'ada', fault: 'WRONG_PASSWORD', count: 2, firstAt: 5, lastAt: 5 },
      { ...attempt, user: 'bob', fault: 'UNKNOWN_USER', count: 1, firstAt: 5, lastAt: 5 }
    ])
  }
)

it('does not check names while there are no users, and disconnects those who claimed one once there are', async () => {
  const { network, set } = setup({ anonymous: true, rules: [allow('a')], fallback: 'deny' })
  const claims = await network.connect(5, { username: 'ada', password: 'guessed' })
  const anonymous = await network.connect(5)
  set({ anonymous: true, users: [await user('ada', 'secret')] })
  expect(await claims.closed()).toMatchObject([{ cmd: 'disconnect', reasonCode: 0x87 }])
  expect(await anonymous.sync()).toEqual([])
})

it('gives the will of a client that only claimed a name no rights of that user', async () => {
  const { network, set, control } = setup({ anonymous: true })
  const will = { topic: 'home', payload: Buffer.from('x') }
  await network.connect(5, { clientId: 'c', username: 'ada', will })
  const rules = [allow('home', { user: 'ada' })]
  set({ anonymous: true, fallback: 'deny', rules, users: [await user('ada', 'secret')] })
  expect(control.refused()).toMatchObject([{ action: 'publish', topic: 'home', user: null, clientId: 'c' }])
})

it('refuses what a client may not publish: 0x87 in PUBACK and PUBREC, and nobody gets it', async () => {
  const { network, control } = setup({ anonymous: true, rules: [deny('secret/#', { action: 'publish' })] })
  const reader = await network.connect(5)
  await reader.subscribe('#', { qos: 2 })
  const writer = await network.connect(5, { clientId: 'w' })
  writer.send(publishPacket('secret/a', 'x', { qos: 1, messageId: 1 }))
  expect(await writer.next('puback')).toMatchObject({ reasonCode: 0x87 })
  writer.send(publishPacket('secret/b', 'x', { qos: 2, messageId: 2 }))
  expect(await writer.next('pubrec')).toMatchObject({ reasonCode: 0x87 })
  await writer.publish('secret/c')
  await writer.publish('open')
  expect((await reader.messages()).map(({ topic }) => topic)).toEqual(['open'])
  expect(control.refused()).toMatchObject(
    ['a', 'b', 'c'].map((level) => ({
      action: 'publish',
      topic: `secret/${level}`,
      clientId: 'w',
      rule: deny('secret/#', { action: 'publish' })
    }))
  )
})

it.each([
  [4, 0x80],
  [5, 0x87]
] as [MqttVersion, number][])(
  'refuses a filter that is wider than what is allowed, MQTT version %i',
  async (version, code) => {
    const { network, control } = setup({ anonymous: true, fallback: 'deny', rules: [allow('a/+')] })
    const client = await network.connect(version, { clientId: 'c' })
    expect((await client.subscribe('a/#')).granted).toEqual([code])
    expect((await client.subscribe('$share/g/a/#')).granted).toEqual([code])
    expect((await client.subscribe('a/+', { qos: 1 })).granted).toEqual([1])
    expect((await client.subscribe('$share/g/a/b', { qos: 1 })).granted).toEqual([1])
    expect(control.refused()).toMatchObject([
      { action: 'subscribe', topic: 'a/#', rule: null },
      { action: 'subscribe', topic: '$share/g/a/#', rule: null }
    ])
  }
)

it('does not deliver what a rule denies below an allowed subscription, retained messages too', async () => {
  const rules = [deny('secret/%u'), allow('secret/#'), allow('#')]
  const { network } = setup({ rules, users: [await user('ada', 'a'), await user('bob', 'b')] })
  const writer = await network.connect(5, { username: 'bob', password: 'b' })
  await writer.publish('secret/ada', 'x', { retain: true })
  await writer.publish('open', 'x', { retain: true })
  const reader = await network.connect(5, { username: 'ada', password: 'a' })
  expect((await reader.subscribe('#', { qos: 1 })).granted).toEqual([1])
  for (const topic of ['secret/ada', 'secret/eve', 'open']) await writer.publish(topic, 'live', { qos: 1 })
  expect((await reader.messages()).map(({ topic, payload }) => `${topic} ${String(payload)}`)).toEqual([
    'open x',
    'secret/eve live',
    'open live'
  ])
})

it('stops delivering to a subscription that is no longer allowed, also what already waits for an absent client', async () => {
  const session = { clientId: 'c', clean: false, properties: { sessionExpiryInterval: 600 } }
  const { network, set } = setup({ anonymous: true })
  const writer = await network.connect(5)
  const reader = await network.connect(5, session)
  await reader.subscribe('a/#', { qos: 1 })
  await writer.publish('a/b', '1', { qos: 1 })
  expect(await reader.receive()).toMatchObject({ topic: 'a/b' })
  set({ anonymous: true, rules: [deny('a/b', { action: 'subscribe' })] })
  await writer.publish('a/b', '2', { qos: 1 })
  await writer.publish('a/b', '3')
  await writer.publish('a/c', '4', { qos: 1 })
  expect(String((await reader.receive()).payload)).toBe('4')
  expect(await reader.sync()).toEqual([])
  await reader.disconnect()
  await writer.publish('a/b', '5', { qos: 1 })
  await writer.publish('a/c', '6', { qos: 1 })
  set({ anonymous: true, rules: [deny('a/c', { action: 'subscribe' })] })
  const back = await network.connect(5, session)
  expect(String((await back.receive()).payload)).toBe('5')
  expect(await back.sync()).toEqual([])
})

it('keeps connections when rules and passwords change, and ends those of removed users and of anonymous clients', async () => {
  const [ada, bob] = [await user('ada', 'a'), await user('bob', 'b')]
  const { network, set } = setup({ anonymous: true, users: [ada, bob] })
  const clients = [
    await network.connect(5, { username: 'ada', password: 'a' }),
    await network.connect(5, { username: 'bob', password: 'b' }),
    await network.connect(5),
    await network.connect(4)
  ]
  set({ anonymous: true, rules: [deny('x')], users: [await user('ada', 'new'), bob] })
  for (const client of clients) expect(await client.sync()).toEqual([])
  set({ users: [ada] })
  expect(await clients[0]!.sync()).toEqual([])
  expect(await clients[1]!.closed()).toMatchObject([{ cmd: 'disconnect', reasonCode: 0x87 }])
  expect(await clients[2]!.closed()).toMatchObject([{ cmd: 'disconnect', reasonCode: 0x87 }])
  expect(await clients[3]!.closed()).toEqual([])
})

it("never applies to Treetop's own connection", async () => {
  const { network } = setup({ fallback: 'deny', users: [await user('ada', 'a')] })
  const own = observer(network)
  expect(await own.connect({ username: 'nobody', password: 'x' })).toMatchObject({ reasonCode: 0 })
  expect((await own.subscribe('#')).granted).toEqual([0])
  await own.publish('t')
  expect(await own.messages()).toMatchObject([{ topic: 't' }])
})

it('offers SCRAM-SHA-256 while there are users, and knows who has come that way', async () => {
  const { network, set } = setup({
    fallback: 'deny',
    rules: [allow('a', { user: 'ada' })],
    users: [await user('ada', 'secret')]
  })
  const client = network.open(5)
  const method = 'SCRAM-SHA-256'
  const first = 'n=ada,r=abc'
  const properties = { authenticationMethod: method, authenticationData: Buffer.from(`n,,${first}`) }
  client.send(connectPacket(5, { clientId: 's', properties }))
  const challenge = String((await client.next('auth')).properties!.authenticationData)
  const [, nonce, salt, iterations] = /^r=([^,]+),s=([^,]+),i=(\d+)$/.exec(challenge)!
  const last = `c=${Buffer.from('n,,').toString('base64')},r=${nonce}`
  const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
  const salted = pbkdf2Sync('secret', Buffer.from(salt!, 'base64'), Number(iterations), 32, 'sha256')
  const clientKey = hmac(salted, 'Client Key')
  const signature = hmac(createHash('sha256').update(clientKey).digest(), `${first},${challenge},${last}`)
  const proof = clientKey.map((byte, i) => byte ^ signature[i]!)
  const authenticationData = Buffer.from(`${last},p=${Buffer.from(proof).toString('base64')}`)
  client.send({
    cmd: 'auth',
    reasonCode: 0x18,
    properties: { authenticationMethod: method, authenticationData }
  })
  expect(await client.next('connack')).toMatchObject({ reasonCode: 0 })
  expect((await client.subscribe('a')).granted).toEqual([0])

  set({ anonymous: true, rules: [deny('x')] })
  const late = await network.open(5).connect({ properties })
  expect(late).toMatchObject({ reasonCode: 0x8c })
})

it('keeps the newest refused attempts, equal ones counted together', async () => {
  const { network, control } = setup({ anonymous: true, fallback: 'deny' })
  const client = await network.connect(5)
  for (let i = 0; i < 250; i++) await client.publish(`t/${i}`)
  await client.publish('t/100')
  const attempts = control.refused()
  expect(attempts).toHaveLength(200)
  expect(attempts.at(-1)).toMatchObject({ topic: 't/100', count: 2 })
  expect(attempts[0]).toMatchObject({ topic: 't/50' })
})

it('says which clients other settings would disconnect, and disconnects nobody for that', async () => {
  const ada = await user('ada', 'a')
  const { network, control } = setup({ anonymous: true, users: [ada] })
  const named = await network.connect(5, { clientId: 'named', username: 'ada', password: 'a' })
  const nameless = await network.connect(5, { clientId: 'nameless' })
  const open = { ...closed, anonymous: true }
  expect(control.leaving({ ...open, users: [ada], rules: [deny('#')], fallback: 'deny' })).toEqual([])
  expect(control.leaving({ ...closed, users: [ada] })).toEqual(['nameless'])
  expect(control.leaving({ ...closed, rules: [allow('a', { user: 'bob' })] })).toEqual(['named', 'nameless'])
  for (const client of [named, nameless]) expect(await client.sync()).toEqual([])
})

it('says of each refused attempt whether the settings would still refuse it', async () => {
  const { network, control, set } = setup({ fallback: 'deny', users: [await user('ada', 'a')] })
  await network.open(5).connect({ clientId: 'c' })
  await network.open(5).connect({ clientId: 'c', username: 'bob', password: 'b' })
  await network.open(5).connect({ clientId: 'c', username: 'ada', password: 'wrong' })
  const client = await network.connect(5, { username: 'ada', password: 'a' })
  await client.publish('t')
  await client.subscribe('t/#')
  const resolved = (): boolean[] => control.refused().map((attempt) => attempt.resolved)
  expect(resolved()).toEqual([false, false, false, false, false])
  const users = [await user('ada', 'a'), await user('bob', 'b')]
  set({ fallback: 'deny', users, rules: [allow('t', { action: 'publish', user: 'ada' })] })
  expect(resolved()).toEqual([false, true, false, true, false])
  set({ anonymous: true, fallback: 'deny', users, rules: [allow('#')] })
  expect(resolved()).toEqual([true, true, false, true, true])
})

it.each([4, 5] as const)(
  'lets the demo devices do everything, also if they came before there were users, MQTT version %i',
  async (version) => {
    const { network, set, control } = setup({ anonymous: true })
    const device = await network.connect(version, { username: 'own', password: 'known to Treetop only' })
    const other = await network.connect(version, { username: 'own', password: 'guessed' })
    set({ fallback: 'deny', users: [await user('ada', 'a')] })
    expect((await device.subscribe('t')).granted).toEqual([0])
    await device.publish('t')
    expect(await device.messages()).toMatchObject([{ topic: 't' }])
    await other.closed()
    expect(control.refused()).toEqual([])
  }
)

it('serves others while a thousand clients try wrong passwords', async () => {
  const { network } = setup({ anonymous: true, users: [await user('ada', 'secret')] })
  const reader = await network.connect(5)
  await reader.subscribe('t')
  const attackers = Array.from({ length: 1_000 }, (_, i) => {
    const client = network.open(5)
    client.send(connectPacket(5, { clientId: `x${i}`, username: 'ada', password: `wrong ${i}` }))
    return client
  })
  const writer = await network.connect(5)
  for (let i = 0; i < 20; i++) await writer.publish('t', `${i}`)
  expect(await reader.messages()).toHaveLength(20)
  // Their passwords wait to be checked, and end with their connections.
  expect(attackers.filter(({ isClosed }) => isClosed).length).toBeLessThan(900)
  network.clock.advance(network.broker.limits.connectTimeout)
  await Promise.all(attackers.map((each) => each.closed()))
  expect(await network.connect(5, { username: 'ada', password: 'secret' })).toBeDefined()
})
