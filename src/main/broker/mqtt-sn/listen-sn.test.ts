import { execFile, execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import { MQTT_SN_OVER_UDP, pcapng } from '../../packets/pcapng'
import type { KeptPacket } from '../../packets/ring'
import { temporaryFolder } from '../../profiles/temporary.fixture'
import { Broker } from '../core/broker'
import { decode } from './codec/decode'
import { SN } from './codec/packet'
import { listenSn, type OpenSnListener } from './listen-sn'

const predefined = [{ id: 258, topic: 'plant/temperature' }]

async function open(broker: Broker, port = 0, advertise: number | null = null): Promise<OpenSnListener> {
  const listener = await listenSn(broker, {
    kind: 'sn',
    host: '127.0.0.1',
    port,
    gatewayId: 7,
    advertise,
    predefined
  })
  onTestFinished(() => listener.close())
  return listener
}

/** A broker, and the datagrams that pass its gateway as the packet log keeps them. */
function watched(): { broker: Broker; packets: KeptPacket[] } {
  const broker = new Broker()
  onTestFinished(() => broker.close())
  const packets: KeptPacket[] = []
  const addresses: string[] = []
  broker.hooks.add({
    datagram({ direction, address, bytes }) {
      if (!addresses.includes(address)) addresses.push(address)
      packets.push({
        number: packets.length + 1,
        at: Date.now() * 1_000,
        // As the client sees it.
        direction: direction === 'in' ? 'out' : 'in',
        connection: addresses.indexOf(address),
        size: bytes.length,
        bytes: Buffer.from(bytes)
      })
    }
  })
  return { broker, packets }
}

it('serves scapy every message there is, and tshark reads each both ways', async () => {
  const { broker, packets } = watched()
  const { port, counts } = await open(broker, 0, 900)
  const client = join(import.meta.dirname, 'scapy-client.fixture.py')
  const { stdout } = await promisify(execFile)('/usr/bin/python3', [client, String(port)])
  const received = stdout.trim().split(' ').map(Number)
  expect(counts().dropped).toMatchObject({ malformed: 0, unexpected: 0, 'unknown topic': 1 })

  const file = join(temporaryFolder(), 'mqtt-sn.pcapng')
  writeFileSync(file, pcapng(packets, 'Treetop', MQTT_SN_OVER_UDP))
  const fields = ['mqttsn.msg.type', 'udp.dstport', 'mqttsn.client.id', 'mqttsn.topic', '_ws.malformed']
  const lines = execFileSync(
    'tshark',
    ['-r', file, '-d', 'udp.port==1884,mqttsn', '-T', 'fields', ...fields.flatMap((each) => ['-e', each])],
    {
      encoding: 'utf8'
    }
  )
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'))
  expect(lines.filter(([, , , , malformed]) => malformed)).toEqual([])
  // Of an encapsulated message, tshark names both types.
  const typeOf = ([types]: string[]): number => Number(types!.split(',')[0])
  expect(lines.map(typeOf)).toEqual(packets.map(({ bytes }) => (bytes[0] === 1 ? bytes[3] : bytes[1])))
  const toClient = lines.filter(([, to]) => to !== '1884')
  expect(toClient.map(typeOf).sort()).toEqual([SN.ADVERTISE, ...received].sort())
  expect(lines.flatMap(([, , clientId]) => clientId || [])).toEqual(['scapy', 'other', 'scapy', 'behind'])
  expect(lines.flatMap(([, , , topic]) => topic || [])).toEqual(expect.arrayContaining(['a/b', 'a/c']))

  const every = Object.values(SN).map(Number)
  const seen = new Set(lines.map(typeOf))
  expect(every.filter((type) => !seen.has(type))).toEqual([])
})

it('names the next free port when one is in use, and frees its own when it closes', async () => {
  const { broker } = watched()
  const first = await open(broker)
  const again = open(broker, first.port)
  await expect(again).rejects.toMatchObject({ code: 'PORT_IN_USE', details: { port: first.port } })
  await first.close()
  const second = await open(broker, first.port)
  expect(second.port).toBe(first.port)
})

it('says goodbye to its clients before it closes', async () => {
  const { broker } = watched()
  const listener = await open(broker)
  const socket = createSocket('udp4')
  onTestFinished(() => void socket.close())
  const said = once(socket, 'message')
  socket.send(Buffer.from('09040401003c646576', 'hex'), listener.port, '127.0.0.1')
  expect((await said)[0]).toEqual(Buffer.of(3, SN.CONNACK, 0))
  expect(listener.connectionCount).toBe(1)
  const bye = once(socket, 'message') as Promise<[Buffer]>
  await listener.close()
  const [bytes] = await bye
  expect(decode(bytes)).toMatchObject({ packet: { type: SN.DISCONNECT } })
  expect(listener).toMatchObject({ isListening: false, connectionCount: 0 })
})
