import { describe, expect, it } from 'vitest'
import { REASON_CODE } from '../../../../shared/mqtt-codes'
import { Refusal } from '../../codec/refusal'
import { RETURN_CODE, SN, type SnPacket } from '../codec/packet'
import { SnNetworkFixture } from './network.fixture'

const accepted: SnPacket = { type: SN.CONNACK, returnCode: RETURN_CODE.ACCEPTED }
const congestion: SnPacket = { type: SN.CONNACK, returnCode: RETURN_CODE.CONGESTION }
const notSupported: SnPacket = { type: SN.CONNACK, returnCode: RETURN_CODE.NOT_SUPPORTED }
const bye: SnPacket = { type: SN.DISCONNECT, duration: null }

const willTopic = (topic: string, qos: 0 | 1 | 2 = 0, retain = false): SnPacket => ({
  type: SN.WILLTOPIC,
  will: { qos, retain, topic }
})
const willMessage = (text: string): SnPacket => ({ type: SN.WILLMSG, payload: Buffer.from(text) })

describe('discovery (6.1)', () => {
  it('answers SEARCHGW with its id, in as many bytes', async () => {
    const device = new SnNetworkFixture().device()
    expect(await device.send('03 01 00')).toEqual([
      { type: SN.GWINFO, gatewayId: 7, address: Buffer.alloc(0) }
    ])
    expect(device.sizes).toEqual([3])
  })

  it('does not advertise unless it is told to', async () => {
    const network = new SnNetworkFixture()
    await network.pass(2_000)
    expect(network.broadcasts).toEqual([])
  })

  it('advertises at once and then in the interval that it announces, until it closes', async () => {
    const network = new SnNetworkFixture({}, { advertise: 900 })
    expect(network.broadcasts).toEqual(['0500070384'])
    await network.clock.jump(900_000)
    expect(network.broadcasts).toHaveLength(2)
    network.gateway.close()
    await network.clock.jump(900_000)
    expect(network.broadcasts).toHaveLength(2)
  })

  it('does not mind other gateways', async () => {
    const network = new SnNetworkFixture()
    expect(await network.device().send('05 00 01 0384', '03 02 01')).toEqual([])
    expect(network.gateway.counts.dropped.unexpected).toBe(0)
  })
})

describe('CONNECT (6.2)', () => {
  it('makes a client of the broker, with its address, protocol and keep alive', async () => {
    const network = new SnNetworkFixture()
    expect(await network.device().connect({ clientId: 'esp32', duration: 30 })).toEqual([accepted])
    const client = network.broker.client('esp32')!
    expect(client.connection).toMatchObject({
      address: '10.0.0.1:20001',
      listener: { kind: 'sn' },
      version: 4
    })
    expect(client).toMatchObject({ keepAlive: 30, connect: { cleanStart: true } })
    expect(network.gateway.clientCount).toBe(1)
  })

  it('passes the refusal of an access rule on', async () => {
    const network = new SnNetworkFixture({
      hooks: { connect: () => new Refusal('no', REASON_CODE.NOT_AUTHORIZED) }
    })
    expect(await network.device().connect()).toEqual([notSupported])
    expect(network.gateway.clientCount).toBe(0)
  })

  it('answers a CONNECT that is repeated because its answer was lost, and keeps the connection', async () => {
    const network = new SnNetworkFixture()
    const device = await network.connected()
    const { connection } = network.broker.client('device')!
    expect(await device.connect()).toEqual([accepted])
    expect(network.broker.client('device')!.connection).toBe(connection)
  })

  it('connects a device anew that was restarted', async () => {
    const network = new SnNetworkFixture()
    const device = await network.connected()
    await device.subscribe('a/b')
    expect(await device.connect()).toEqual([accepted])
    expect([...network.broker.client('device')!.session.subscriptions()]).toEqual([])
    expect(network.gateway.clientCount).toBe(1)
  })

  it('tells a client that another one took over its id', async () => {
    const network = new SnNetworkFixture()
    const first = await network.connected()
    const second = await network.connected()
    expect(first.received()).toEqual([bye])
    expect(await second.send('02 16')).toEqual([{ type: SN.PINGRESP }])
    expect(network.gateway.clientCount).toBe(1)
  })

  it('keeps the session of a client that did not ask for a clean one (6.3)', async () => {
    const network = new SnNetworkFixture()
    const device = await network.connected({ cleanSession: false })
    await device.subscribe('a/b', 1)
    await device.send('02 18')
    await device.connect({ cleanSession: false })
    expect([...network.broker.client('device')!.session.subscriptions()]).toMatchObject([{ filter: 'a/b' }])
  })

  it('refuses an empty client id, since no answer could tell another one', async () => {
    const network = new SnNetworkFixture()
    expect(await network.device().connect({ clientId: '' })).toEqual([notSupported])
    expect(network.broker.clientCount).toBe(0)
  })

  it('refuses MQTT-SN 2.0 with a sentence, in the old layout and in the new one', async () => {
    const network = new SnNetworkFixture()
    const device = network.device()
    expect(await device.connect({ protocolId: 2 })).toEqual([notSupported])
    expect(await device.send('0c 01 01 0001 02 003c 0000 6162')).toEqual([])
    expect(network.broker.refusals.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('MQTT-SN 2.0'),
      expect.stringContaining('MQTT-SN 2.0')
    ])
    expect(network.gateway.counts.dropped).toMatchObject({ version: 2, malformed: 0 })
  })
})

describe('the will (6.2 to 6.4)', () => {
  it('is asked for, and published when the client is lost', async () => {
    const network = new SnNetworkFixture()
    const watcher = await network.mqtt('watcher', 'w/#')
    const device = network.device()
    expect(await device.connect({ will: true })).toEqual([{ type: SN.WILLTOPICREQ }])
    expect(await device.send(willTopic('w/t', 1, true))).toEqual([{ type: SN.WILLMSGREQ }])
    expect(await device.send(willMessage('gone'))).toEqual([accepted])
    await network.pass(92)
    expect(watcher.received()).toEqual(['w/t gone 1'])
    expect(device.received()).toEqual([bye])
    expect([...network.broker.retained.matching('w/t')]).toHaveLength(1)
  })

  it('is not published for a client that says goodbye', async () => {
    const network = new SnNetworkFixture()
    const watcher = await network.mqtt('watcher', 'w/#')
    const device = network.device()
    await device.connect({ will: true })
    await device.send(willTopic('w'))
    await device.send(willMessage('gone'))
    expect(await device.send('02 18')).toEqual([bye])
    expect(network.broker.client('device')).toBeUndefined()
    await network.pass(100)
    expect(watcher.received()).toEqual([])
  })

  it('is asked for again when a client repeats what it said', async () => {
    const device = new SnNetworkFixture().device()
    await device.connect({ will: true })
    expect(await device.connect({ will: true })).toEqual([{ type: SN.WILLTOPICREQ }])
    await device.send(willTopic('w'))
    expect(await device.send(willTopic('w'))).toEqual([{ type: SN.WILLMSGREQ }])
    await device.send(willMessage('gone'))
    expect(await device.send(willMessage('gone'))).toEqual([accepted])
  })

  it('is left out if its topic is empty (5.4.7)', async () => {
    const network = new SnNetworkFixture()
    const device = network.device()
    await device.connect({ will: true })
    expect(await device.send('02 07')).toEqual([accepted])
    expect(network.broker.client('device')!.will).toBeNull()
  })

  it('is forgotten if it does not come in time', async () => {
    const network = new SnNetworkFixture()
    const device = network.device()
    await device.connect({ will: true })
    await network.pass(11)
    expect(network.gateway.clientCount).toBe(0)
    expect(await device.send(willTopic('w'))).toEqual([bye])
  })

  it('outlives a session that is kept, unless a clean one is asked for (6.3)', async () => {
    const network = new SnNetworkFixture()
    const device = network.device()
    await device.connect({ will: true, cleanSession: false })
    await device.send(willTopic('w'))
    await device.send(willMessage('gone'))
    await device.send('02 18')
    await device.connect({ cleanSession: false })
    expect(network.broker.client('device')!.will?.message.topic).toBe('w')
    await device.send('02 18')
    await device.connect({ cleanSession: true })
    expect(network.broker.client('device')!.will).toBeNull()
  })

  it('is changed and removed while the client is connected (6.4)', async () => {
    const network = new SnNetworkFixture()
    const device = await network.connected()
    const will = (): unknown => network.broker.client('device')!.will?.message
    expect(await device.send('03 1c 6d')).toEqual([
      { type: SN.WILLMSGRESP, returnCode: RETURN_CODE.NOT_SUPPORTED }
    ])
    expect(await device.send('04 1a 50 77')).toEqual([{ type: SN.WILLTOPICRESP, returnCode: 0 }])
    expect(await device.send('03 1c 6d')).toEqual([{ type: SN.WILLMSGRESP, returnCode: 0 }])
    expect(will()).toMatchObject({ topic: 'w', payload: Buffer.from('m'), qos: 2, retain: true })
    expect(await device.send('07 1a 00 24535953')).toEqual([{ type: SN.WILLTOPICRESP, returnCode: 3 }])
    expect(await device.send('02 1a')).toEqual([{ type: SN.WILLTOPICRESP, returnCode: 0 }])
    expect(will()).toBeUndefined()
  })
})

describe('keep alive (6.11)', () => {
  it('is kept up by any message', async () => {
    const network = new SnNetworkFixture()
    const device = await network.connected({ duration: 10 })
    for (let i = 0; i < 5; i++) {
      await network.pass(10)
      expect(await device.send('02 16')).toEqual([{ type: SN.PINGRESP }])
    }
    await network.pass(10)
    await device.register('a/b')
    await network.pass(10)
    expect(network.broker.clientCount).toBe(1)
    await network.pass(8)
    expect(network.broker.clientCount).toBe(0)
    expect(device.received()).toEqual([bye])
  })

  it('ends clients that asked for none after an hour and a half of silence', async () => {
    const network = new SnNetworkFixture()
    await network.connected({ duration: 0 })
    await network.clock.jump(5_399_000)
    expect(network.broker.clientCount).toBe(1)
    await network.clock.jump(3_000)
    expect(network.broker.clientCount).toBe(0)
  })
})

describe('bad and forged datagrams', () => {
  it('are dropped and counted, and the client goes on', async () => {
    const network = new SnNetworkFixture()
    const device = await network.connected()
    expect(await device.send('00', '02 03', 'ff', '07 0d 0001 0009 00', '05 16 616263')).toEqual([])
    expect(network.gateway.counts).toMatchObject({
      datagramsReceived: 6,
      datagramsSent: 1,
      dropped: { malformed: 3, unexpected: 2 }
    })
    expect(await device.send('02 16')).toEqual([{ type: SN.PINGRESP }])
  })

  it('get no answer that is larger than the question before a CONNECT', async () => {
    const network = new SnNetworkFixture()
    const questions: [string, number][] = [
      ['03 01 00', 3],
      ['02 16', 2],
      ['02 07', 2],
      ['02 09', 2],
      ['07 0c 00 0005 0000', 2],
      ['08 12 00 0003 612f62', 2],
      ['08 0a 0000 0003 6162', 2],
      ['04 10 0009', 0],
      ['02 18', 0],
      ['02 17', 0],
      ['07 0d 0001 0009 00', 0],
      ['ff', 0]
    ]
    for (const [question, size] of questions) {
      const device = network.device()
      await device.send(question)
      expect([question, device.sizes]).toEqual([question, size === 0 ? [] : [size]])
    }
  })

  it('cannot take more places than one address may have', async () => {
    const network = new SnNetworkFixture()
    for (let i = 0; i < 2_000; i++) void network.device('10.0.0.9').connect({ clientId: `d${i}`, will: true })
    await network.clock.settle()
    expect(await network.device('10.0.0.9').connect({ clientId: 'one more' })).toEqual([congestion])
    expect(await network.device('10.0.0.8').connect({ clientId: 'elsewhere' })).toEqual([accepted])
    expect(network.gateway.counts.dropped['too many clients']).toBe(1)
    await network.pass(11)
    expect(await network.device('10.0.0.9').connect({ clientId: 'later' })).toEqual([accepted])
  })

  it('cannot have more clients than the broker allows', async () => {
    const network = new SnNetworkFixture({ limits: { clients: 1 } })
    await network.connected()
    expect(await network.device().connect({ clientId: 'other' })).toEqual([congestion])
  })
})

it('tells clients when it closes, and when one is kicked', async () => {
  const network = new SnNetworkFixture()
  const kicked = await network.connected({ clientId: 'kicked' })
  const other = await network.connected({ clientId: 'other' })
  network.broker.kick('kicked')
  await network.clock.settle()
  expect(kicked.received()).toEqual([bye])
  network.gateway.close()
  expect(other.received()).toEqual([bye])
  await network.clock.settle()
  expect(network.broker.clientCount).toBe(0)
})

it('tells nodes behind one forwarder apart, and answers through it (5.5)', async () => {
  const network = new SnNetworkFixture()
  const one = network.device('10.0.0.1', { radius: 1, node: Buffer.of(1) }, 9_000)
  const two = network.device('10.0.0.1', { radius: 3, node: Buffer.of(2, 2) }, 9_000)
  expect(await one.connect({ clientId: 'one' })).toEqual([accepted])
  expect(await two.connect({ clientId: 'two' })).toEqual([accepted])
  expect(await one.send('02 16')).toEqual([{ type: SN.PINGRESP }])
  expect(two.received()).toEqual([])
  expect([...network.broker.clients()].map(({ connection }) => connection.address)).toEqual([
    '10.0.0.1:9000/01',
    '10.0.0.1:9000/0202'
  ])
})

it('shows each datagram to who looks on', async () => {
  const network = new SnNetworkFixture()
  const seen: string[] = []
  const remove = network.broker.hooks.add({
    datagram: ({ direction, address, clientId, bytes }) =>
      seen.push(`${direction} ${address} ${clientId} ${bytes.toString('hex')}`)
  })
  const device = await network.connected()
  await device.send('02 16', 'ff')
  remove()
  await device.send('02 16')
  expect(seen).toEqual([
    'in 10.0.0.1:20001  0c040401003c646576696365',
    'out 10.0.0.1:20001 device 030500',
    'in 10.0.0.1:20001 device 0216',
    'in 10.0.0.1:20001 device ff',
    'out 10.0.0.1:20001 device 0217'
  ])
})
