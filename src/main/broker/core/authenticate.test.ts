import { expect, it, onTestFinished } from 'vitest'
import { Refusal } from '../codec/refusal'
import { TestNetwork } from './fixture'
import type { Applicant } from './hooks'
import { connectPacket, publishPacket } from './packets.fixture'

/** A network whose clients wait for `decide`. */
function setup() {
  const asked: Applicant[] = []
  let decide: (refusal: Refusal | null) => void = () => undefined
  let fail: (error: Error) => void = () => undefined
  const network = new TestNetwork({
    hooks: {
      authenticate: (applicant) => {
        asked.push(applicant)
        return new Promise((resolve, reject) => {
          decide = resolve
          fail = reject
        })
      }
    }
  })
  onTestFinished(() => network.close())
  return {
    network,
    asked,
    decide: (refusal: Refusal | null) => decide(refusal),
    fail: (error: Error) => fail(error)
  }
}

/** Lets the broker read what has been written. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

it('lets the packets behind a CONNECT wait for the answer, in the same chunk and in later ones', async () => {
  const { network, decide } = setup()
  const client = network.open(5)
  client.send(connectPacket(5, { clientId: 'a' }), publishPacket('t', 'first', { qos: 1, messageId: 1 }))
  await turn()
  client.send(publishPacket('t', 'second', { qos: 1, messageId: 2 }))
  await turn()
  expect(network.broker.traffic.messagesReceived).toBe(0)
  decide(null)
  await client.next('connack')
  expect(await client.next('puback')).toMatchObject({ messageId: 1 })
  expect(await client.next('puback')).toMatchObject({ messageId: 2 })
})

it('refuses the client as the answer says, or if it fails, and forgets what came behind the CONNECT', async () => {
  const { network, decide, fail } = setup()
  const client = network.open(4)
  client.send(connectPacket(4, { clientId: 'a' }), publishPacket('t', 'x'))
  await turn()
  decide(new Refusal('Wrong password.', 0x86))
  expect(await client.next('connack')).toMatchObject({ returnCode: 4 })
  expect(await client.closed()).toEqual([])
  expect(network.broker.traffic.messagesReceived).toBe(0)

  const other = network.open(5)
  other.send(connectPacket(5, { clientId: 'b' }))
  await turn()
  fail(new Error('no threads'))
  expect(await other.next('connack')).toMatchObject({ reasonCode: 0x83 })
})

it('ends a client for which no answer came within the connect timeout', async () => {
  const { network, asked, decide } = setup()
  const client = network.open(5)
  client.send(connectPacket(5, { clientId: 'a' }))
  await turn()
  network.clock.advance(network.broker.limits.connectTimeout)
  expect(await client.closed()).toEqual([])
  expect(asked[0]!.closed).toBe(true)
  decide(null)
  await turn()
  expect(network.broker.clientCount).toBe(0)
})

it('keeps no password in the report of a refused CONNECT', async () => {
  const network = new TestNetwork({ hooks: { connect: () => new Refusal('Not now.', 0x88) } })
  onTestFinished(() => network.close())
  const client = network.open(5)
  await client.connect({ clientId: 'a', username: 'ada', password: 'top secret' })
  const [report] = network.broker.refusals
  expect(report!.packet.toString('latin1')).toMatch(/ada\0\n\*{10}$/)
})

it('publishes a will in the name of its client, also after that is gone', async () => {
  const seen: unknown[] = []
  const network = new TestNetwork({
    hooks: { publish: ({ clientId, username }) => (seen.push({ clientId, username }), 0) }
  })
  onTestFinished(() => network.close())
  const client = await network.connect(5, {
    clientId: 'a',
    username: 'ada',
    password: 'x',
    clean: false,
    properties: { sessionExpiryInterval: 60 },
    will: { topic: 't', payload: Buffer.from('gone'), properties: { willDelayInterval: 5 } }
  })
  await client.cut()
  await turn()
  network.clock.advance(5_000)
  expect(seen).toEqual([{ clientId: 'a', username: 'ada' }])
})

it('asks before a queued message leaves, once, and drops it if it may not', async () => {
  const asked: string[] = []
  const network = new TestNetwork({
    hooks: { dequeue: (clientId, { topic }) => (asked.push(`${clientId} ${topic}`), topic !== 'secret') }
  })
  onTestFinished(() => network.close())
  const session = { clientId: 'a', clean: false, properties: { sessionExpiryInterval: 60 } }
  const client = await network.connect(5, session)
  await client.subscribe('#', { qos: 1 })
  await client.disconnect()
  const publisher = await network.connect(5)
  await publisher.publish('secret', 'x', { qos: 1 })
  await publisher.publish('open', 'x', { qos: 1 })
  expect(asked).toEqual([])
  const back = await network.connect(5, session)
  const [message] = await back.messages()
  expect(message).toMatchObject({ topic: 'open' })
  expect(asked).toEqual(['a secret', 'a open'])
})
