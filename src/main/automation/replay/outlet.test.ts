import { once } from 'node:events'
import { expect, it, onTestFinished } from 'vitest'
import { defaultProfile, type Profile } from '../../../shared/contract/profiles'
import { ReconnectingClient } from '../../mqtt/reconnecting-client'
import { TolerantBroker } from '../../mqtt/tolerant-broker.fixture'
import { PacketLog } from '../../packets/log'
import { nobody } from '../../recorder/nobody'
import { outletOf } from './outlet'

const MESSAGE = { topic: 'a', payload: Buffer.from('1'), qos: 1 as const, retain: false, properties: null }

/** A client of a broker that acknowledges nothing. */
async function connected() {
  const broker = new TolerantBroker()
  await broker.open()
  onTestFinished(() => broker.close())
  const profile: Profile = {
    ...defaultProfile('client'),
    ...{ id: 'p', name: 'Plant', host: '127.0.0.1', port: broker.port, subscriptions: [] },
    secrets: { password: null, key: null }
  }
  const client = new ReconnectingClient(
    { id: 'p', generation: 1 },
    { ...nobody, forgetRetained: () => undefined },
    new PacketLog()
  )
  onTestFinished(() => client.disconnect())
  const connect = async (change: Partial<Profile> = {}): Promise<void> => {
    await client.connect({ ...profile, ...change }, { password: null, key: null })
    await client.attemptEnded()
  }
  await connect()
  return { client, connect }
}

it('gives up what was not acknowledged when the user connects anew', async () => {
  const { client, connect } = await connected()
  const outlet = outletOf(client)
  const published = outlet.publish(MESSAGE).then(
    () => 'acknowledged',
    (error: Error) => error.message
  )
  await connect()
  expect(await published).toContain('NOT_CONNECTED')
  expect(outlet.isOnline).toBe(true)
})

it('waits for a connection until nobody tries to reach the broker', async () => {
  const { client, connect } = await connected()
  const outlet = outletOf(client)
  const { signal } = new AbortController()
  const connecting = once(client, 'status')
  void connect({ port: 1, reconnect: false })
  await connecting
  await expect(outlet.online(signal)).rejects.toThrow('NOT_CONNECTED')
  await connect()
  await outlet.online(signal)
  expect(outlet.isOnline).toBe(true)
})
