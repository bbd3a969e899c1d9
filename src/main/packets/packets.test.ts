import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate, type Packet } from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import { everyPacket } from '../../shared/contract/packets'
import type { MqttVersion } from '../../shared/contract/profiles'
import { Framing } from './framing'
import { PacketLog, type Wires } from './log'
import { PacketReader } from './reader'
import { PacketRing } from './ring'

const bytes = (packet: object, version: MqttVersion = 5): Buffer =>
  generate({ protocolVersion: version, ...packet } as Packet, { protocolVersion: version })

const connect = (version: MqttVersion): Buffer =>
  bytes(
    {
      cmd: 'connect',
      protocolId: version === 3 ? 'MQIsdp' : 'MQTT',
      clientId: 'me',
      clean: true,
      keepalive: 60,
      username: 'ana',
      password: Buffer.from('s3cret!'),
      will: { topic: 'gone', payload: Buffer.from('bye'), qos: 1, retain: false },
      ...(version === 5 && {
        properties: {
          authenticationMethod: 'SCRAM',
          authenticationData: Buffer.from('t0ken'),
          userProperties: { a: 'b' }
        }
      })
    },
    version
  )

function log(version: MqttVersion = 5): { log: PacketLog; reader: PacketReader; wires: Wires } {
  const made = new PacketLog()
  return { log: made, reader: new PacketReader(made), wires: made.connected(version) }
}

const publish = (more: object, version: MqttVersion = 5): Buffer =>
  bytes({ cmd: 'publish', topic: 'a/b', payload: 'x', qos: 0, retain: false, dup: false, ...more }, version)

describe('the framing of a stream', () => {
  const packets = [
    publish({}),
    bytes({ cmd: 'pingreq' }),
    publish({ payload: 'y'.repeat(20_000) }),
    publish({ payload: '' })
  ]
  const stream = Buffer.concat(packets)

  it('finds every packet, wherever the chunks are split', () => {
    for (const size of [1, 2, 3, 5, 7, 64, 1_000, 16_384, stream.length]) {
      const found: Buffer[] = []
      let open: Buffer[] = []
      let missing = 0
      const framing = new Framing({
        whole: (chunk, start, end) => found.push(Buffer.from(chunk.subarray(start, end))),
        begin: (length) => {
          open = []
          missing = length
        },
        part: (chunk, start, end) => {
          open.push(Buffer.from(chunk.subarray(start, end)))
          missing -= end - start
          if (missing === 0) found.push(Buffer.concat(open))
        }
      })
      for (let at = 0; at < stream.length; at += size) framing.push(stream.subarray(at, at + size))
      expect(found.map((packet) => packet.length)).toEqual(packets.map((packet) => packet.length))
      expect(Buffer.concat(found).equals(stream)).toBe(true)
    }
  })
})

describe('the ring', () => {
  it('holds the newest 50,000 packets', () => {
    const ring = new PacketRing()
    for (let i = 1; i <= 60_000; i++) {
      ring.begin(i, false, 1, 3)
      ring.append(Uint8Array.from([0x30, 1, i % 256]), 0, 3)
    }
    expect([ring.first, ring.count]).toEqual([10_001, 60_000])
    expect(ring.get(10_000)).toBeNull()
    expect(ring.get(10_001)).toMatchObject({ at: 10_001, size: 3 })
    expect(ring.get(60_000)?.bytes[2]).toBe(60_000 % 256)
  })

  it('drops the oldest packets when it is full, and truncates very long ones', () => {
    const ring = new PacketRing()
    const large = new Uint8Array(100_000).fill(7)
    for (let i = 1; i <= 2_000; i++) {
      ring.begin(i, true, 1, large.length)
      large[0] = i % 256
      ring.append(large, 0, 40_000)
      ring.append(large, 40_000, large.length)
    }
    expect(ring.count - ring.first).toBeGreaterThan(400)
    expect(ring.bytes).toBeLessThanOrEqual(32 * 1_048_576)
    for (const number of [ring.first, ring.count]) {
      const packet = ring.get(number)!
      expect(packet).toMatchObject({ at: number, direction: 'out', size: 100_000 })
      expect(packet.bytes).toHaveLength(65_536)
      expect([packet.bytes[0], packet.bytes[65_535]]).toEqual([number % 256, 7])
    }
  })
})

describe('the log', () => {
  it('is off at first, keeps how the connection began, and starts when switched on, even in the middle of a packet', () => {
    const { log: packets, reader, wires } = log()
    wires.sent(connect(5))
    wires.received(bytes({ cmd: 'connack', reasonCode: 0, sessionPresent: false }))
    const long = publish({ payload: 'z'.repeat(500) })
    wires.received(long.subarray(0, 100))
    expect(reader.window(everyPacket, null, 10, null)).toMatchObject({ recording: false, rows: [] })
    packets.record(true)
    wires.received(Buffer.concat([long.subarray(100), publish({ topic: 'seen' })]))
    expect(reader.window(everyPacket, null, 10, null).rows).toMatchObject([
      { type: 'PUBLISH', subject: 'seen' }
    ])
    expect(packets.beginnings[0]?.packets.map(({ bytes }) => bytes[0]! >> 4)).toEqual([1, 2])
  })

  it.each([3, 4, 5] as const)(
    'never contains the password of MQTT %s, however the bytes are split',
    (version) => {
      for (const size of [1, 9, 1_000]) {
        const { log: packets, reader, wires } = log(version)
        packets.record(true)
        const sent = connect(version)
        for (let at = 0; at < sent.length; at += size) wires.sent(sent.subarray(at, at + size))
        const detail = reader.get(1)!
        const shown = Buffer.from(detail.bytes).toString('latin1')
        expect(shown).not.toContain('s3cret!')
        expect(shown).not.toContain('t0ken')
        expect(shown).toContain('*******')
        expect(detail.bytes).toHaveLength(sent.length)
        expect(detail.row).toMatchObject({
          type: 'CONNECT',
          direction: 'out',
          subject: 'me',
          size: sent.length
        })
        expect(Object.fromEntries(detail.fields)).toMatchObject({
          'User Name': 'ana',
          Password: '*******',
          'Will · Topic Name': 'gone'
        })
      }
    }
  )

  it('names the contents of packets', () => {
    const { log: packets, reader, wires } = log()
    packets.record(true)
    wires.sent(
      bytes({
        cmd: 'subscribe',
        messageId: 7,
        subscriptions: [{ topic: 'a/#', qos: 1, nl: false, rap: true, rh: 0 }]
      })
    )
    wires.received(bytes({ cmd: 'suback', messageId: 7, granted: [1, 0x87] }))
    wires.received(publish({ qos: 1, messageId: 9, dup: true, retain: true }))
    wires.sent(bytes({ cmd: 'puback', messageId: 9, reasonCode: 0x10 }))
    wires.received(bytes({ cmd: 'disconnect', reasonCode: 0x8e }))
    const { rows } = reader.window(everyPacket, null, 10, null)
    expect(rows).toMatchObject([
      { type: 'SUBSCRIBE', packetId: 7, subject: 'a/#', direction: 'out' },
      { type: 'SUBACK', packetId: 7, code: 0x87, codeName: 'Not authorized', failed: true },
      { type: 'PUBLISH', packetId: 9, subject: 'a/b', flags: { qos: 1, dup: true, retain: true } },
      { type: 'PUBACK', codeName: 'No matching subscribers', failed: false },
      { type: 'DISCONNECT', codeName: 'Session taken over', failed: true }
    ])
    const only = (change: object): string[] =>
      reader.window({ ...everyPacket, ...change }, null, 10, null).rows.map(({ type }) => type)
    expect(only({ failed: true })).toEqual(['SUBACK', 'DISCONNECT'])
    expect(only({ packetId: 9 })).toEqual(['PUBLISH', 'PUBACK'])
    expect(only({ text: 'A/B' })).toEqual(['PUBLISH'])
    expect(only({ types: ['SUBSCRIBE', 'PUBACK'], direction: 'out' })).toEqual(['SUBSCRIBE', 'PUBACK'])
  })

  it('names the topic of a packet with a topic alias alone, in each direction of each connection', () => {
    const { log: made, reader, wires } = log()
    const aliased = (topic: string, more: object = {}): Buffer =>
      publish({ topic, properties: { topicAlias: 1, contentType: 'x', userProperties: { a: 'b' } }, ...more })
    wires.sent(aliased('before'))
    made.record(true)
    wires.sent(aliased(''))
    wires.sent(aliased('a'))
    wires.sent(aliased('', { qos: 1, messageId: 7 }))
    wires.received(aliased('c'))
    wires.received(aliased(''))
    wires.sent(aliased('b'))
    wires.sent(aliased(''))
    const next = made.connected(5)
    next.sent(aliased(''))
    made.connected(4).sent(publish({ topic: '' }, 4))
    const rows = (filter = everyPacket) => reader.window(filter, 0, 20, null).rows
    const topics = [null, 'a', 'a', 'c', 'c', 'b', 'b', null, null]
    expect(rows().map(({ subject }) => subject)).toEqual(topics)
    expect(rows({ ...everyPacket, text: 'a' }).map(({ packetId }) => packetId)).toEqual([null, 7])
    for (let index = 0; index < 50_000; index++) wires.sent(publish({}))
    wires.sent(aliased(''))
    expect(reader.get(50_010)?.row.subject).toBe('b')
    made.record(false)
    made.record(true)
    wires.sent(aliased(''))
    expect(rows().map(({ subject }) => subject)).toEqual([null])
  })

  it('is read by position: new packets move nothing, and the last rows can be requested', () => {
    const { log: packets, reader, wires } = log()
    packets.record(true)
    for (let i = 0; i < 60_000; i++) wires.received(publish({ topic: `t/${i}` }))
    const last = reader.window(everyPacket, null, 3, null)
    expect(last).toMatchObject({ start: 0, end: 50_000, first: 49_997, packets: 50_000 })
    expect(last.rows.map(({ subject }) => subject)).toEqual(['t/59997', 't/59998', 't/59999'])
    wires.received(publish({ topic: 'next' }))
    const paused = reader.window(everyPacket, 49_997, 3, last.rows[2]!.number)
    expect(paused).toMatchObject({ start: 1, end: 50_000, rows: last.rows })
  })
})

describe('a handshake', () => {
  it('at QoS 2 has four packets, and reports which one it waits for', () => {
    const { log: packets, reader, wires } = log()
    packets.record(true)
    wires.received(publish({ qos: 2, messageId: 5 }))
    wires.sent(bytes({ cmd: 'pubrec', messageId: 5 }))
    wires.sent(publish({ qos: 2, messageId: 5 }))
    expect(reader.get(2)).toMatchObject({
      waitingFor: 'PUBREL',
      handshake: [{ type: 'PUBLISH' }, { type: 'PUBREC' }]
    })
    wires.received(bytes({ cmd: 'pubrel', messageId: 5 }))
    wires.sent(bytes({ cmd: 'pubcomp', messageId: 5 }))
    wires.received(publish({ qos: 2, messageId: 5 }))
    for (const number of [1, 2, 4, 5])
      expect(reader.get(number)?.handshake.map(({ number }) => number)).toEqual([1, 2, 4, 5])
    expect(reader.get(5)?.waitingFor).toBeNull()
    // Neither the same id in the other direction nor the next message with it counts.
    expect(reader.get(3)).toMatchObject({ waitingFor: 'PUBREC', handshake: [{ number: 3 }] })
    expect(reader.get(6)?.handshake.map(({ number }) => number)).toEqual([6])
  })

  it('shows retransmissions', () => {
    const { log: packets, reader, wires } = log()
    packets.record(true)
    wires.sent(publish({ qos: 1, messageId: 8 }))
    wires.sent(publish({ qos: 1, messageId: 8, dup: true }))
    wires.received(bytes({ cmd: 'puback', messageId: 8 }))
    expect(reader.get(3)?.handshake.map(({ type, again }) => [type, again])).toEqual([
      ['PUBLISH', false],
      ['PUBLISH', true],
      ['PUBACK', false]
    ])
  })
})

describe('an export', () => {
  const passing = (version: MqttVersion): PacketReader => {
    const { log: packets, reader, wires } = log(version)
    wires.sent(connect(version))
    wires.received(
      bytes(
        { cmd: 'connack', ...(version === 5 ? { reasonCode: 0 } : { returnCode: 0 }), sessionPresent: false },
        version
      )
    )
    packets.record(true)
    wires.sent(
      bytes({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'plant/#', qos: 1 }] }, version)
    )
    wires.received(bytes({ cmd: 'suback', messageId: 1, granted: [version === 5 ? 0x87 : 0x80] }, version))
    wires.received(publish({ topic: 'plant/é', qos: 2, messageId: 3, payload: 'hello' }, version))
    wires.sent(bytes({ cmd: 'pubrec', messageId: 3 }, version))
    wires.received(publish({ topic: 'plant/long', payload: 'q'.repeat(70_000) }, version))
    return reader
  }

  it.each([4, 5] as const)('as pcapng is read as MQTT by tshark, version %s', (version) => {
    const directory = mkdtempSync(join(tmpdir(), 'treetop-pcap-'))
    const file = join(directory, 'packets.pcapng')
    const { bytes: written, packets } = passing(version).export(everyPacket, 'pcapng', 'Treetop: plant')
    writeFileSync(file, written)
    const tshark = (...flags: string[]): string =>
      execFileSync('tshark', ['-r', file, ...flags], { encoding: 'utf8' })
    const fields = ['mqtt.msgtype', 'mqtt.topic', 'mqtt.msgid', 'ip.src', '_ws.malformed'].flatMap(
      (field) => ['-e', field]
    )
    const lines = tshark('-T', 'fields', ...fields)
      .trim()
      .split('\n')
    expect(packets).toBe(7)
    expect(lines.map((line) => line.split('\t')[0])).toEqual(['1', '2', '8', '9', '3', '5', '3'])
    expect(lines[4]).toContain('plant/é\t3\t192.0.2.2')
    expect(lines.slice(0, 6).join()).not.toContain('Malformed')
    const all = tshark('-V')
    expect(Buffer.from(written).toString('latin1')).toContain('Treetop: plant')
    expect(all).toContain('User Name: ana')
    expect(all).not.toContain('s3cret!')
    if (version === 5) expect(all).toContain('Not authorized (135)')
    rmSync(directory, { recursive: true })
  })

  it('as text has one line per packet', () => {
    const { bytes: written } = passing(5).export(everyPacket, 'text', '')
    const lines = Buffer.from(written).toString().trim().split('\n')
    expect(lines).toHaveLength(7)
    expect(lines[4]).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}Z {2}< {2}PUBLISH {5,}id 3 {2}QoS 2 {2}"plant\/é" {2}\d+ bytes$/
    )
    expect(lines[3]).toContain('0x87 Not authorized')
  })
})
