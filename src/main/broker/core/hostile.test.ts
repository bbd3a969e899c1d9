import { expect, it } from 'vitest'
import { Broker, type BrokerOptions } from './broker'
import { HandClock } from './hand-clock.fixture'
import { RawClient } from './raw-client.fixture'

/** A broker, and its clients by what they wrote and got back, in hex. */
function start(options: BrokerOptions = {}): {
  broker: Broker
  clock: HandClock
  client: () => RawClient
  ask: (client: RawClient, bytes: string) => Promise<string>
} {
  const clock = new HandClock()
  const broker = new Broker({ clock, limits: { receiveMaximum: 20 }, ...options })
  return {
    broker,
    clock,
    client: () => new RawClient(broker),
    ask: async (client, bytes) => {
      client.write(bytes)
      await clock.settle()
      return client.take()
    }
  }
}

const connectText = (id: string, hex = '003c'): string =>
  `10${(13 + id.length).toString(16).padStart(2, '0')} 0004 4d515454 05 02 ${hex} 00 ${text(id)}`

function text(content: string): string {
  const bytes = Buffer.from(content)
  return bytes.length.toString(16).padStart(4, '0') + bytes.toString('hex')
}

it('answers a PUBREL as often as it comes, over two connections', async () => {
  const { client, ask, clock, broker } = start()
  for (let round = 0; round < 2; round++) {
    const attacker = client()
    const answers = await ask(
      attacker,
      '101100044d5154540502003c00000461616134 340700016100010078 62020001 62020001'
    )
    expect(answers).toContain('50020001' + '70020001' + '70020001')
    attacker.stream.destroy()
    await clock.settle()
  }
  expect(broker.refusals).toEqual([])
  expect(await ask(client(), connectText('after', '0000'))).toMatch(/^20..0000/)
})

it('refuses a DISCONNECT with two Session Expiry Intervals (2.2.2.2)', async () => {
  const { client, ask, broker } = start()
  const attacker = client()
  const answers = await ask(attacker, '101100044d5154540502003c00000466323233 e00c000a11000000091100000009')
  expect(answers).toMatch(/^20.*e0..82/)
  expect(attacker.isOver).toBe(true)
  expect(broker.refusals.map(({ reason }) => reason)).toEqual(['Property 0x11 occurs twice (2.2.2.2).'])
  expect(broker.clientCount).toBe(0)
})

it('refuses a will with a Topic Alias, and keeps nothing of it (3.1.3.2)', async () => {
  const { client, ask, broker, clock } = start()
  const subscriber = client()
  await ask(subscriber, `${connectText('sub')} 8207 0001 00 0001 23 02`)
  const attacker = client()
  const answers = await ask(attacker, '101c00044d5154540526003c00000361746b032300010003772f74000178')
  expect(answers).toMatch(/^20..0081/)
  attacker.stream.destroy()
  await clock.settle()
  expect(broker.retained.count).toBe(0)
  expect(subscriber.take()).toBe('')
  expect(subscriber.isOver).toBe(false)
})

it.each(['w/#', 'w/+', ''])('refuses a will to "%s" [MQTT-3.3.2-2], [MQTT-4.7.3-1]', async (topic) => {
  const { client, ask, broker } = start()
  const will = `${text(topic)} 0001 78`
  const length = (bytes: string): string =>
    (bytes.replaceAll(' ', '').length / 2).toString(16).padStart(2, '0')
  const five = `0004 4d515454 05 06 003c 00 ${text('atk')} 00 ${will}`
  expect(await ask(client(), `10${length(five)} ${five}`)).toMatch(/^20..0081/)
  const four = `0004 4d515454 04 06 003c ${text('atk')} ${will}`
  const older = client()
  // Before MQTT 5, a malformed CONNECT has no answer.
  expect(await ask(older, `10${length(four)} ${four}`)).toBe('')
  expect(older.isOver).toBe(true)
  expect(broker.sessions.count).toBe(0)
})

it('quotes a filter of 65,501 bytes in a reason that fits its length field (1.5.4)', async () => {
  const { client, ask } = start()
  const filter = text(`${'a'.repeat(65_500)}+`)
  const answers = await ask(client(), `${connectText('long', '003c')} 82e2ff03 0001 00 ${filter} 00`)
  const disconnect = Buffer.from(answers, 'hex').subarray(2 + Buffer.from(answers, 'hex')[1]!)
  expect(disconnect[0]).toBe(0xe0)
  expect(disconnect.length).toBeLessThan(400)
})

it('leaves out a reason that is larger than the client takes [MQTT-3.14.2-3]', async () => {
  const { client, ask } = start()
  const attacker = client()
  // Maximum Packet Size is 30.
  const answers = await ask(attacker, '1013 0004 4d515454 05 02 003c 05 27 0000001e 0001 61 2000')
  expect(answers).toMatch(/^20..0000.*e0028200$/)
})
