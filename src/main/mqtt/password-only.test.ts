import { createServer, type AddressInfo } from 'node:net'
import mqtt from 'mqtt'
import { parser, type IConnectPacket } from 'mqtt-packet'
import { expect, it, onTestFinished } from 'vitest'
import { noProperties } from '../../shared/composed-properties'
import { defaultProfile, type MqttVersion } from '../../shared/contract/profiles'
import { clientOptions } from './options'
import { omitUsername } from './password-only'

/** The CONNECT that arrives at a server, and its flags. */
async function connectOf(
  version: MqttVersion,
  password: string
): Promise<{ packet: IConnectPacket; flags: number }> {
  const profile = {
    ...defaultProfile('treetop-test'),
    ...{ id: 'p', version, username: '', host: '127.0.0.1', secrets: { password: null, key: null } },
    will: {
      topic: 'w',
      payload: 'gone',
      qos: 1 as const,
      retain: false,
      delay: 0,
      properties: noProperties()
    }
  }
  return new Promise((resolve) => {
    const server = createServer((socket) => {
      const packets = parser({ protocolVersion: version })
      let flags = 0
      packets.on('packet', (packet) => resolve({ packet: packet as IConnectPacket, flags }))
      socket
        .on('error', () => undefined)
        .on('data', (chunk) => {
          const name = chunk.indexOf(version === 3 ? 'MQIsdp' : 'MQTT')
          if (name !== -1) flags = chunk[name + (version === 3 ? 6 : 4) + 1]!
          packets.parse(chunk)
        })
    })
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      const options = clientOptions({ ...profile, port }, { password, key: null })
      const client = mqtt.connect({ ...options, manualConnect: true })
      if (options.username === '') omitUsername(client, password)
      client.on('error', () => undefined).connect()
      onTestFinished(() => {
        client.end(true)
        server.close()
      })
    })
  })
}

it.each(['secret', 'Größe 密码', 'x'.repeat(200), 'y'.repeat(20_000)])(
  'sends a password without a user name to an MQTT 5 broker: %.12s',
  async (password) => {
    const { packet, flags } = await connectOf(5, password)
    expect(flags & 0xc0).toBe(0x40)
    expect(packet).toMatchObject({ clientId: 'treetop-test', keepalive: 60, will: { topic: 'w' } })
    expect(packet.username).toBeUndefined()
    expect(packet.password?.toString()).toBe(password)
  }
)

it.each([3, 4] as const)(
  'sends no password without a user name with protocol version %i',
  async (version) => {
    const { packet, flags } = await connectOf(version, 'secret')
    expect(flags & 0xc0).toBe(0)
    expect(packet.password).toBeUndefined()
  }
)
