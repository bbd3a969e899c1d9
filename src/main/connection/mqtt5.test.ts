import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect as openSocket, type Socket } from 'node:net'
import { promisify } from 'node:util'
import mqtt from 'mqtt'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { everyPacket } from '../../shared/contract/packets'
import { defaultConnect } from '../../shared/contract/profiles'
import type { MessageProperties } from '../../shared/message'
import { userPropertiesOf } from '../../shared/user-properties'
import { Mosquitto, mosquittoInstalled } from '../mqtt/mosquitto.fixture'
import { republished } from '../mqtt/outgoing-properties'
import { connected, listening, none, userProperties, WITHIN } from './mqtt5.fixture'

/** mosquitto_sub, which prints properties in the order of the packet. */
async function subscriber(port: number, filter: string) {
  const format = '%t|%p|%C|%D|%E|%F|%R|%P'
  const flags = [
    '-h',
    '127.0.0.1',
    '-p',
    String(port),
    '-V',
    '5',
    '-d',
    '-q',
    '1',
    '-t',
    filter,
    '-F',
    format
  ]
  const child = spawn('stdbuf', ['-oL', 'mosquitto_sub', ...flags], { stdio: ['ignore', 'pipe', 'ignore'] })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  onTestFinished(async () => {
    const gone = once(child, 'exit')
    child.kill()
    await gone
  })
  await vi.waitFor(() => expect(said).toContain('Subscribed (mid'), WITHIN)
  const lines = (): string[] => said.split('\n').filter((line) => line.includes('|'))
  return {
    lines,
    got: (count: number) => vi.waitFor(() => expect(lines().length).toBeGreaterThanOrEqual(count), WITHIN)
  }
}

describe.skipIf(!mosquittoInstalled)('with Mosquitto', () => {
  const broker = new Mosquitto()
  beforeAll(() => broker.start(['allow_anonymous true', 'max_topic_alias 10']))
  afterAll(() => broker.remove())

  it('publishes with every property, and user properties in their order; the history has them', async () => {
    const sub = await subscriber(broker.port, 'plant/#')
    const { publish, recorded } = await connected(broker.port, {})
    await publish('plant/all', {
      payloadFormat: 'text',
      contentType: 'text/plain',
      messageExpiry: 600,
      responseTopic: 'answers/1',
      correlation: { as: 'hex', text: '4f 4b' },
      userProperties
    })
    await publish('plant/bytes', { payloadFormat: 'bytes', correlation: { as: 'base64', text: 'T0s=' } }, 2)
    await publish('plant/none', {}, 1)
    await sub.got(3)
    expect(sub.lines()).toEqual([
      'plant/all|on|text/plain|OK|600|1|answers/1|b:1 a:2 b:3 7:4',
      'plant/bytes|on||OK||0||',
      'plant/none|on||||||'
    ])
    expect((await recorded()).map(({ properties }) => properties)).toEqual([
      {
        payloadFormatIndicator: true,
        messageExpiryInterval: 600,
        responseTopic: 'answers/1',
        contentType: 'text/plain',
        correlationData: 'T0s=',
        userProperties: { '7': '4', a: '2', b: ['1', '3'] },
        userPropertyOrder: ['b', 'a', 'b', '7']
      },
      { payloadFormatIndicator: false, correlationData: 'T0s=' },
      null
    ])
  })

  it('records the user properties of received messages in their order, and publishes them again in it', async () => {
    const subscriptions = [{ filter: 'came/#', qos: 1 as const }]
    const { peer, recorded } = await connected(broker.port, { subscriptions })
    const sent = [['a=1', 'b=2', 'a=3'], ['a=', 'a=1'], ['b=1', 'a=2'], []]
    for (const [index, pairs] of sent.entries()) {
      const words = pairs.flatMap((pair) => ['-D', 'publish', 'user-property', ...pair.split('=')])
      const to = ['-p', String(broker.port), '-V', '5', '-q', '1', '-t', `came/${index}`, '-m', 'x']
      await promisify(execFile)('mosquitto_pub', [...to, ...words])
    }
    await vi.waitFor(async () => expect(await recorded()).toHaveLength(4), WITHIN)
    const properties = (await recorded()).map((message) => message.properties as MessageProperties | null)
    expect(properties).toEqual([
      { userProperties: { a: ['1', '3'], b: '2' }, userPropertyOrder: ['a', 'b', 'a'] },
      { userProperties: { a: ['', '1'] } },
      { userProperties: { b: '1', a: '2' } },
      null
    ])
    const sub = await subscriber(broker.port, 'again/#')
    const composed = userPropertiesOf(properties[0]!)
    await peer.call('messages.publish', {
      ...{ connectionId: 'p', topic: 'again/1', payload: new Uint8Array([1]), qos: 1, retain: false },
      properties: { ...none, userProperties: composed }
    })
    expect(republished(properties[0]!).wire).toEqual({ userProperties: [{ a: '1' }, { b: '2' }, { a: '3' }] })
    await sub.got(1)
    expect(sub.lines()[0]).toMatch(/a:1 b:2 a:3$/)
  })

  it('sends a topic once with its alias and then the alias alone, until another topic takes it, and keeps to the broker’s maximum', async () => {
    const sub = await subscriber(broker.port, 'line/#')
    const { peer, publish, status } = await connected(broker.port, {})
    expect(status().connack).toMatchObject({
      topicAliasMaximum: 10,
      receiveMaximum: expect.any(Number) as number
    })
    await peer.call('packets.record', { connectionId: 'p', on: true })
    for (const [topic, qos] of [
      ['a', 0],
      ['a', 1],
      ['b', 1],
      ['b', 2],
      ['a', 0]
    ] as const)
      await publish(`line/${topic}`, { topicAlias: 10 }, qos)
    await sub.got(5)
    expect(sub.lines().map((line) => line.split('|')[0])).toEqual(
      ['a', 'a', 'b', 'b', 'a'].map((topic) => `line/${topic}`)
    )
    const filter = { ...everyPacket, types: ['PUBLISH' as const] }
    const window = { connectionId: 'p', filter, first: 0, count: 10, until: null }
    const { rows } = await peer.call('packets.window', window)
    const named = rows.map(({ size }) => size >= 16)
    expect(named).toEqual([true, false, true, false, true])
    const refusal = { code: 'TOPIC_ALIAS_TOO_LARGE', details: { maximum: 10 } }
    await expect(publish('line/c', { topicAlias: 11 })).rejects.toMatchObject(refusal)
  })

  it('has the broker publish its will with every property after its delay', async () => {
    const sub = await subscriber(broker.port, 'gone/#')
    const sockets: Socket[] = []
    const { port } = await listening((socket) => {
      const upstream = openSocket(broker.port, '127.0.0.1')
      for (const each of [socket, upstream]) each.on('error', () => undefined)
      socket.pipe(upstream).pipe(socket)
      sockets.push(socket, upstream)
    })
    await connected(port, {
      sessionExpiry: 600,
      will: {
        ...{ topic: 'gone/plant', payload: 'lost', qos: 1, retain: false, delay: 2 },
        properties: {
          payloadFormat: 'text',
          contentType: 'text/plain',
          messageExpiry: 600,
          responseTopic: 'answers/2',
          correlation: { as: 'text', text: 'id' },
          userProperties
        }
      }
    })
    const cut = performance.now()
    for (const socket of sockets) socket.destroy()
    await sub.got(1)
    expect(performance.now() - cut).toBeGreaterThan(900)
    expect(sub.lines()).toEqual(['gone/plant|lost|text/plain|id|600|1|answers/2|b:1 a:2 b:3 7:4'])
  })

  it('gets no message larger than the maximum packet size that it announces', async () => {
    const connect = { ...defaultConnect(), maximumPacketSize: 200 }
    const { recorded } = await connected(broker.port, {
      connect,
      subscriptions: [{ filter: 'size/#', qos: 1 }]
    })
    const sender = await mqtt.connectAsync({ port: broker.port, protocolVersion: 5 })
    await sender.publishAsync('size/large', 'x'.repeat(300), { qos: 1 })
    await sender.publishAsync('size/small', 'x', { qos: 1 })
    await vi.waitFor(async () => expect((await recorded()).length).toBeGreaterThan(0), WITHIN)
    expect((await recorded()).map(({ name }) => name)).toEqual(['size/small'])
    await sender.endAsync()
  })

  it('subscribes with the options of each filter, from the profile and while it is connected', async () => {
    const sender = await mqtt.connectAsync({ port: broker.port, protocolVersion: 5 })
    for (const topic of ['kept/always', 'never/old'])
      await sender.publishAsync(topic, 'before', { retain: true, qos: 1 })
    const never = {
      filter: 'never/#',
      qos: 1,
      retainAsPublished: false,
      retainHandling: 2,
      identifier: 7
    } as const
    const { peer, status, publish, recorded } = await connected(broker.port, {
      subscriptions: [{ filter: 'kept/#', qos: 1 }, never, { filter: 'own/#', qos: 1, noLocal: true }]
    })
    const later = { filter: 'later/#', qos: 0, identifier: 9 } as const
    await peer.call('connections.subscribe', { connectionId: 'p', subscription: later })
    expect(status().subscriptions.slice(1)).toMatchObject([
      { filter: 'never/#', requested: 1, code: 1, retainHandling: 2, identifier: 7 },
      { filter: 'own/#', noLocal: true, code: 1 },
      { filter: 'later/#', identifier: 9, code: 0 }
    ])
    await publish('own/mine', {}, 1)
    for (const topic of ['kept/new', 'never/new', 'own/theirs', 'later/new'])
      await sender.publishAsync(topic, 'live', { retain: true, qos: 1 })
    await vi.waitFor(
      async () => expect((await recorded()).map(({ name }) => name)).toContain('later/new'),
      WITHIN
    )
    const got = (await recorded()).filter(({ out }) => !out)
    expect(got.map(({ name, retain }) => [name, retain])).toEqual([
      ['kept/always', 1],
      ['kept/new', 1],
      ['never/new', 0],
      ['own/theirs', 1],
      ['later/new', 1]
    ])
    expect(got.map(({ properties }) => properties)).toEqual([
      null,
      null,
      { subscriptionIdentifier: 7 },
      null,
      { subscriptionIdentifier: 9 }
    ])
    await sender.endAsync()
  })
})
