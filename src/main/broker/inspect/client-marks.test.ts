import { duplexPair } from 'node:stream'
import { generate } from 'mqtt-packet'
import { expect, it } from 'vitest'
import { bridgeClientId } from '../../../shared/bridge-id'
import { everyClient, Inspected } from './fixture'

it('lists only clients for which messages wait, or only slow ones', async () => {
  const place = new Inspected()
  for (const id of ['silent', 'asleep', 'away']) {
    const client = place.client()
    await client.connect(id)
    await client.ask({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: '#', qos: 1 }] })
    if (id === 'away') await client.vanish()
  }
  place.broker.client('asleep')!.connection.isAsleep = true
  const p = place.client()
  await p.connect('p')
  const list = async (state: 'waiting' | 'slow'): Promise<unknown> =>
    (await place.call('clients.list', { ...everyClient, state })).rows.map(({ id }) => id)
  await p.publish('t', 'x', { qos: 1, messageId: 1 })
  expect([await list('waiting'), await list('slow')]).toEqual([['away'], []])
  await place.clock.jump(6_000)
  expect(await list('slow')).toEqual(['silent'])
  const { rows } = await place.call('clients.list', { ...everyClient, text: 's' })
  expect(rows).toMatchObject([
    { id: 'asleep', asleep: true, slowToAcknowledge: false },
    { id: 'silent', asleep: false, slowToAcknowledge: true }
  ])
})

it('tells bridges of this Treetop from its own connection', async () => {
  const place = new Inspected()
  for (const clientId of ['own', bridgeClientId('12345678', '9abcde')]) {
    const [near, far] = duplexPair()
    place.broker.accept(far, '', true)
    near.resume()
    near.write(generate({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clientId, clean: true }))
    await place.clock.settle()
  }
  const { rows } = await place.call('clients.list', everyClient)
  expect(rows.map(({ own, isBridge }) => [own, isBridge]).sort()).toEqual([
    [false, true],
    [true, false]
  ])
})
