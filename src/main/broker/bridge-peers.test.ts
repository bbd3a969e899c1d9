import { expect, it, onTestFinished } from 'vitest'
import { bridgeClientId, IDENTITY_TOPIC } from '../../shared/bridge-id'
import { BridgePeers } from './bridge-peers'
import { TestNetwork, type TestClient } from './core/fixture'
import { connectPacket } from './core/packets.fixture'

const [ME, OTHER, THIRD] = ['aaaaaaaa', 'bbbbbbbb', 'cccccccc']

/** A broker with a bridge `000001` to `OTHER`, which sends `out/#` there. */
async function setup(): Promise<{ network: TestNetwork; own: TestClient; peers: BridgePeers }> {
  const network = new TestNetwork()
  onTestFinished(() => network.close())
  const peers = new BridgePeers(network.broker, ME)
  peers.set([{ id: '000001', addressId: 'dddddddd', remoteId: OTHER, out: ['out/#'] }])
  const own = await bridge(network, ME, '000001')
  return { network, own, peers }
}

/** A bridge that takes everything. */
async function bridge(network: TestNetwork, broker: string, id: string): Promise<TestClient> {
  const client = await network.connect(5, { clientId: bridgeClientId(broker, id) })
  await client.subscribe('#', { nl: true })
  await client.sync()
  return client
}

async function topicsOf(client: TestClient): Promise<string[]> {
  return (await client.messages()).map(({ topic }) => topic)
}

it('tells a bridge of another Treetop whose broker this is, and no other client', async () => {
  const { network } = await setup()
  const foreign = network.open(4)
  await foreign.connect({ clientId: bridgeClientId(OTHER, '00000f') })
  expect(await foreign.messages()).toMatchObject([{ topic: IDENTITY_TOPIC, payload: Buffer.from(ME) }])
  const client = network.open(5)
  await client.connect()
  expect(await client.messages()).toEqual([])
})

it('sends nothing back to the broker that it came from', async () => {
  const { network, own } = await setup()
  const from = await bridge(network, OTHER, '00000f')
  await from.publish('in/a')
  expect(await topicsOf(own)).toEqual([])
  const third = await bridge(network, THIRD, '00000f')
  await third.publish('in/b')
  expect(await topicsOf(own)).toEqual(['in/b'])
})

it('does not let a broker’s bridge fetch what is sent there, as long as it is', async () => {
  const { network, peers } = await setup()
  const there = await bridge(network, OTHER, '00000f')
  const client = await network.connect(5)
  await client.publish('out/a')
  await client.publish('else/a')
  expect(await topicsOf(there)).toEqual(['else/a'])
  peers.set([])
  await client.publish('out/b')
  expect(await topicsOf(there)).toEqual(['out/b'])
})

it('sends nothing through a second bridge to the same address', async () => {
  const { network, own, peers } = await setup()
  const address = { addressId: 'dddddddd', remoteId: null, out: [] }
  peers.set([
    { id: '000001', ...address },
    { id: '000002', ...address },
    { id: '000003', ...address, addressId: 'eeeeeeee' }
  ])
  const second = await bridge(network, ME, '000002')
  const elsewhere = await bridge(network, ME, '000003')
  await second.publish('t')
  expect(await topicsOf(own)).toEqual([])
  expect(await topicsOf(elsewhere)).toEqual(['t'])
})

it('takes no client from the network for its own bridge', () => {
  const network = new TestNetwork()
  onTestFinished(() => network.close())
  new BridgePeers(network.broker, ME)
  const asker = { clientId: bridgeClientId(ME, '000001'), username: null }
  const ask = network.broker.hooks.connect!
  expect(ask({ ...asker, address: '10.0.0.1:1' }, {} as never)).toMatchObject({ reasonCode: 0x85 })
  expect(ask({ ...asker, address: '' }, {} as never)).toBeNull()
})

it.each([3, 4] as const)(
  'the bridge bit of version %i means No Local and Retain As Published',
  async (version) => {
    const network = new TestNetwork()
    onTestFinished(() => network.close())
    const connect = async (bridgeMode: boolean): Promise<TestClient> => {
      const client = network.open(version)
      client.send(Object.assign(connectPacket(version, { clientId: `c${bridgeMode}` }), { bridgeMode }))
      await client.next('connack')
      await client.subscribe('#')
      return client
    }
    const marked = await connect(true)
    const plain = await connect(false)
    await marked.publish('own')
    await plain.publish('other', 'x', { retain: true })
    expect(await marked.messages()).toMatchObject([{ topic: 'other', retain: true }])
    expect(await plain.messages()).toMatchObject([
      { topic: 'own', retain: false },
      { topic: 'other', retain: false }
    ])
  }
)
