import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { generate, parser, type IPublishPacket, type Packet } from 'mqtt-packet'
import { expect, it, onTestFinished } from 'vitest'
import { defaultProfile, type MqttVersion } from '../../shared/contract/profiles'
import type { Qos } from '../../shared/message'
import { PacketLog } from '../packets/log'
import { nobody } from '../recorder/nobody'
import { Client } from './client'

/** A client at a server that keeps its session. `answer` gets each PUBLISH. Resolves when the client is connected. */
async function connected(
  version: MqttVersion,
  answer: (packet: IPublishPacket, reply: (packet: Packet) => void, socket: Socket) => void
) {
  const server = createServer((socket) => {
    const packets = parser({ protocolVersion: version })
    const reply = (packet: Packet): void => void socket.write(generate(packet, { protocolVersion: version }))
    packets.on('packet', (packet) => {
      if (packet.cmd === 'connect')
        reply({ cmd: 'connack', sessionPresent: true, returnCode: 0, reasonCode: 0 })
      if (packet.cmd === 'publish') answer(packet, reply, socket)
      if (packet.cmd === 'pubrel')
        reply({ cmd: 'pubcomp', ...(packet.messageId !== undefined && { messageId: packet.messageId }) })
    })
    socket.on('error', () => undefined).on('data', (chunk) => packets.parse(chunk))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const profile = {
    ...defaultProfile('treetop-test'),
    ...{ id: 'p', version, host: '127.0.0.1', port, clean: false, secrets: { password: null, key: null } }
  }
  const online = Promise.withResolvers<void>()
  const client: Client = new Client(profile, { password: null, key: null }, nobody, new PacketLog(), {
    online: () => online.resolve(),
    lost: () => client.connect()
  })
  onTestFinished(async () => {
    await client.end()
    server.close()
  })
  client.connect()
  await online.promise
  return client
}

it.each([
  [4, 1],
  [4, 2],
  [5, 1],
  [5, 2]
] as [MqttVersion, Qos][])(
  'marks a message that is sent again after a reconnection, and no other: version %i, QoS %i',
  async (version, qos) => {
    const seen: [payload: string, dup: boolean][] = []
    const client = await connected(version, ({ payload, dup, messageId = 0 }, reply, socket) => {
      seen.push([String(payload), dup])
      // The connection is lost with the first message.
      if (seen.length === 1) socket.destroy()
      else reply({ cmd: qos === 1 ? 'puback' : 'pubrec', messageId, reasonCode: 0 })
    })
    await client.publish('t', Buffer.from('first'), qos, false)
    await client.publish('t', Buffer.from('second'), qos, false)
    expect(seen).toEqual([
      ['first', false],
      ['first', true],
      ['second', false]
    ])
  }
)

it('takes the identifier of a refused QoS 2 message for a new one', async () => {
  const seen: [id: number, dup: boolean][] = []
  const client = await connected(5, ({ dup, messageId = 0 }, reply) => {
    seen.push([messageId, dup])
    reply({ cmd: 'pubrec', messageId, reasonCode: 0x97 })
  })
  for (let count = 0; count < 2; count++)
    await expect(client.publish('t', Buffer.from('x'), 2, false)).rejects.toThrow('PUBLISH_REFUSED')
  expect(seen.map(([, dup]) => dup)).toEqual([false, false])
})
