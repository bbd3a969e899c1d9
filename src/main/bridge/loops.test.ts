import { once } from 'node:events'
import { createConnection, createServer, type AddressInfo } from 'node:net'
import { expect, it, onTestFinished, vi } from 'vitest'
import type { MqttVersion } from '../../shared/contract/profiles'
import { begun, bridgeFrom, Home, Person, profileAt, rule, WITHIN } from './fixture'

const versions: [MqttVersion, MqttVersion][] = [
  [5, 5],
  [5, 4],
  [4, 4]
]

it.each(versions)(
  'two Treetops that bridge everything to each other get each message once (versions %i and %i)',
  async (first, second) => {
    const a = await new Home('aaaaaaaa').start()
    const b = await new Home('bbbbbbbb').start()
    const ab = bridgeFrom(a, profileAt(b.port, first))
    const ba = bridgeFrom(b, profileAt(a.port, second))
    await begun(ab)
    await begun(ba)
    await vi.waitFor(() => {
      expect(ab.peer).toMatchObject({ remoteId: 'bbbbbbbb', out: ['#'] })
      expect(ba.peer).toMatchObject({ remoteId: 'aaaaaaaa', out: ['#'] })
    }, WITHIN)
    a.knows(ab)
    b.knows(ba)
    const atA = await Person.at(a.port)
    const atB = await Person.at(b.port)
    for (const qos of [0, 1, 2] as const) {
      await atA.publish('from/a', `a ${qos}`, qos)
      await atB.publish('from/b', `b ${qos}`, qos)
    }
    const all = ['a 0', 'a 1', 'a 2', 'b 0', 'b 1', 'b 2']
    await atA.hears(...all)
    await atB.hears(...all)
    // What went round would be there before these, which follow it.
    for (const qos of [0, 1, 2] as const) {
      await atA.publish('from/a', `last a ${qos}`, qos)
      await atB.publish('from/b', `last b ${qos}`, qos)
    }
    const last = [0, 1, 2].flatMap((qos) => [`last a ${qos}`, `last b ${qos}`])
    await atA.hears(...last)
    await atB.hears(...last)
    expect(atA.payloads().sort()).toEqual([...all, ...last].sort())
    expect(atB.payloads().sort()).toEqual([...all, ...last].sort())
  }
)

it('two bridges in opposite directions between the same brokers carry each message once', async () => {
  const a = await new Home('aaaaaaaa').start()
  const b = await new Home('bbbbbbbb').start()
  const inward = bridgeFrom(a, profileAt(b.port), [rule({ direction: 'in' })])
  const outward = bridgeFrom(a, profileAt(b.port), [rule({ direction: 'out' })], { id: '000002' })
  await begun(inward)
  await begun(outward)
  a.knows(inward)
  a.knows(outward)
  const atA = await Person.at(a.port)
  const atB = await Person.at(b.port)
  await atA.publish('t', 'a')
  await atB.publish('t', 'b')
  await atA.hears('a', 'b')
  await atB.hears('a', 'b')
  await atA.publish('t', 'last a')
  await atB.publish('t', 'last b')
  await atA.hears('last b')
  await atB.hears('last a')
  expect(atA.payloads().sort()).toEqual(['a', 'b', 'last a', 'last b'])
  expect(atB.payloads().sort()).toEqual(['a', 'b', 'last a', 'last b'])
  // It came back over MQTT 5 with the brokers that it had passed.
  expect(inward.status.dropped.loop).toBe(2)
})

it('three brokers in a ring pass a message round once', async () => {
  const [a, b, c] = [new Home('aaaaaaaa'), new Home('bbbbbbbb'), new Home('cccccccc')]
  for (const home of [a, b, c]) await home.start()
  const bridges = [
    bridgeFrom(a, profileAt(b.port)),
    bridgeFrom(b, profileAt(c.port)),
    bridgeFrom(c, profileAt(a.port))
  ]
  for (const bridge of bridges) await begun(bridge)
  const people = [await Person.at(a.port), await Person.at(b.port), await Person.at(c.port)]
  await people[0]!.publish('t', 'round')
  for (const person of people) await person.hears('round')
  await vi.waitFor(() => {
    let loops = 0
    for (const { status } of bridges) loops += status.dropped.loop ?? 0
    expect(loops).toBeGreaterThan(0)
  }, WITHIN)
  // Two ways lead to each broker.
  for (const person of people) expect(person.payloads().length).toBeLessThanOrEqual(2)
})

it.each([
  ['goes without the bridge bit where a broker does not know it', 'in', 'online'],
  ['stays refused there if messages could come back', 'both', 'failed']
] as const)('%s', async (_name, direction, state) => {
  const a = await new Home('aaaaaaaa').start()
  const b = await new Home('bbbbbbbb').start()
  // Refuses the version of a bridge, as older brokers do [MQTT-3.1.2-2].
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', (connect) => {
      if (connect[8] === 0x84) return void socket.end(Buffer.from([0x20, 2, 0, 1]))
      const far = createConnection(b.port, '127.0.0.1').on('error', () => undefined)
      far.write(connect)
      socket.pipe(far).pipe(socket)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const bridge = bridgeFrom(a, profileAt((server.address() as AddressInfo).port, 4), [rule({ direction })])
  await bridge.start()
  await vi.waitFor(() => expect(bridge.status.state).toBe(state), WITHIN)
  if (state === 'failed') expect(bridge.status.remote!.fault).toMatchObject({ kind: 'connack', code: 1 })
})

it('a bridge to its own broker is refused, and the sessions stay with their owner', async () => {
  const home = await new Home().start()
  const bridge = bridgeFrom(home, profileAt(home.port))
  await bridge.start()
  await vi.waitFor(() => expect(bridge.status.state).toBe('failed'), WITHIN)
  expect(bridge.status.remote!.fault).toMatchObject({ kind: 'connack', code: 0x85 })
})
