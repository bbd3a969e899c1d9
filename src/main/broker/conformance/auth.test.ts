import { expect } from 'vitest'
import { Refusal } from '../codec/refusal'
import type { Authenticator, AuthenticatorStep } from '../core/authenticator'
import { type TestClient } from '../core/fixture'
import { connectPacket, publishPacket, type Received } from '../core/packets.fixture'
import { expectEnd, it5, network } from './fixture'

/** Asks for a name. */
class WhoIsThere implements Authenticator {
  begin(): AuthenticatorStep {
    return { done: false, data: Buffer.from('who?'), username: null }
  }

  proceed(data: Buffer): AuthenticatorStep {
    if (data.toString() !== 'ada') throw new Refusal('Nobody knows you.', 0x87)
    return { done: true, data: Buffer.from('welcome'), username: 'ada' }
  }
}

const authenticators = new Map([['WHO', () => new WhoIsThere()]])

/** A client that the broker has asked for more. */
async function asked(maximumPacketSize = 1_000): Promise<{ client: TestClient; auth: Received<'auth'> }> {
  const client = network({ authenticators }).open(5)
  const properties = { authenticationMethod: 'WHO', maximumPacketSize }
  client.send(connectPacket(5, { clientId: 'a', properties }))
  return { client, auth: await client.next('auth') }
}

function answer(client: TestClient, data: string, reasonCode = 0x18, authenticationMethod = 'WHO'): void {
  client.send({
    cmd: 'auth',
    reasonCode,
    properties: { authenticationMethod, authenticationData: Buffer.from(data) }
  })
}

it5('refuses a method that it does not support [5: MQTT-4.12.0-1]', async () => {
  const client = network({ authenticators }).open(5)
  expect(await client.connect({ properties: { authenticationMethod: 'OTHER' } })).toMatchObject({
    reasonCode: 0x8c
  })
  expect(await client.closed()).toEqual([])
})

it5(
  'asks with AUTH 0x18 and accepts with a CONNACK, both with the method [5: MQTT-3.2.0-1, MQTT-3.15.2-1, MQTT-3.15.2-2, MQTT-3.15.2-3, MQTT-4.12.0-2, MQTT-4.12.0-5]',
  async () => {
    const { client, auth } = await asked(40)
    expect(auth).toMatchObject({ reasonCode: 0x18, properties: { authenticationMethod: 'WHO' } })
    expect(auth.bytes.length).toBeLessThanOrEqual(40)
    answer(client, 'ada')
    const told = { authenticationMethod: 'WHO', authenticationData: Buffer.from('welcome') }
    expect(await client.next('connack')).toMatchObject({ reasonCode: 0, properties: told })
  }
)

it5(
  'refuses an AUTH with another code or method than expected [5: MQTT-4.12.0-3, MQTT-4.12.0-5]',
  async () => {
    for (const [code, method] of [
      [0x19, 'WHO'],
      [0x18, 'OTHER']
    ] as const) {
      const { client } = await asked()
      answer(client, 'ada', code, method)
      expect(await client.closed()).toMatchObject([{ cmd: 'connack', reasonCode: 0x82 }])
    }
  }
)

it5('ends a connection whose authentication fails [5: MQTT-4.12.0-4]', async () => {
  const { client } = await asked()
  answer(client, 'eve')
  expect(await client.closed()).toMatchObject([{ cmd: 'connack', reasonCode: 0x87 }])
})

it5('takes only AUTH and DISCONNECT before the CONNACK [5: MQTT-3.1.2-30]', async () => {
  const { client: eager } = await asked()
  eager.send(publishPacket('t'))
  expect(await eager.closed()).toMatchObject([{ cmd: 'connack', reasonCode: 0x82 }])
  expect(await (await asked()).client.disconnect()).toEqual([])
})

it5('refuses an AUTH with reserved flags [5: MQTT-3.15.1-1]', async () => {
  const { client } = await asked()
  client.write('F1 00')
  expect(await client.closed()).toMatchObject([{ cmd: 'connack', reasonCode: 0x81 }])
})

it5(
  'neither sends nor takes an AUTH if the CONNECT named no method [5: MQTT-4.12.0-6, MQTT-4.12.0-7]',
  async () => {
    const client = await network({ authenticators }).connect(5)
    expect(client.connack!.properties).not.toHaveProperty('authenticationMethod')
    answer(client, 'ada')
    await expectEnd(client, 0x82)
  }
)

it5('authenticates a connected client again [5: MQTT-3.15.2-1, MQTT-4.12.0-5, MQTT-4.12.1-1]', async () => {
  const { client } = await asked()
  answer(client, 'ada')
  await client.next('connack')
  const told = { properties: { authenticationMethod: 'WHO' } }
  answer(client, '', 0x19)
  expect(await client.next('auth')).toMatchObject({ reasonCode: 0x18, ...told })
  answer(client, 'ada')
  expect(await client.next('auth')).toMatchObject({ reasonCode: 0, ...told })
  expect(await client.sync()).toEqual([])
})

it5(
  'ends a connection whose authentication fails the second time [5: MQTT-4.12.1-1, MQTT-4.12.1-2]',
  async () => {
    for (const [data, method, code] of [
      ['eve', 'WHO', 0x87],
      ['ada', 'OTHER', 0x82]
    ] as const) {
      const { client } = await asked()
      answer(client, 'ada')
      await client.next('connack')
      answer(client, '', 0x19)
      await client.next('auth')
      answer(client, data, 0x18, method)
      await expectEnd(client, code)
    }
  }
)
