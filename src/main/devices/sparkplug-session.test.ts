import { describe, expect, it } from 'vitest'
import { sparkplugPayload } from '../decode/sparkplug.fixture'
import { MemoryBudget } from './memory-budget'
import { SparkplugSession } from './sparkplug-session'

const SECOND = 1_000_000

/** A session, and an edge node `G/N` with helpers that send its messages. */
function followed(bytes?: number) {
  const session = new SparkplugSession(bytes === undefined ? undefined : new MemoryBudget(bytes))
  let id = 0
  const send = (topic: string, content: object | Buffer, way: 'live' | 'history' = 'live'): void =>
    session.take(
      {
        topic,
        payload: Buffer.isBuffer(content) ? content : sparkplugPayload(content),
        receivedAt: ++id * SECOND,
        messageId: id
      },
      way
    )
  const edge = {
    birth: (seq = 0, bdSeq: number | null = 3, more: object[] = []) =>
      send('spBv1.0/G/NBIRTH/N', {
        seq,
        metrics: [
          ...(bdSeq === null ? [] : [{ name: 'bdSeq', datatype: 4, long_value: bdSeq }]),
          { name: 'Temp', alias: 1, datatype: 9, float_value: 20 },
          ...more
        ]
      }),
    death: (bdSeq: number | null = 3) =>
      send('spBv1.0/G/NDEATH/N', {
        metrics: bdSeq === null ? [] : [{ name: 'bdSeq', datatype: 4, long_value: bdSeq }]
      }),
    data: (seq: number, metric: object = { alias: 1, float_value: 21.5 }) =>
      send('spBv1.0/G/NDATA/N', { seq, metrics: [metric] }),
    deviceBirth: (seq: number, name = 'D') =>
      send(`spBv1.0/G/DBIRTH/N/${name}`, {
        seq,
        metrics: [{ name: 'Level', alias: 7, datatype: 3, int_value: 5 }]
      }),
    deviceData: (seq: number, metric: object = { alias: 7, int_value: 6 }) =>
      send('spBv1.0/G/DDATA/N/D', { seq, metrics: [metric] }),
    deviceDeath: (seq: number) => send('spBv1.0/G/DDEATH/N/D', { seq, metrics: [] })
  }
  const node = () => session.node('G', 'N')!
  const device = () => node().device('D')!
  return { session, send, edge, node, device }
}

describe('sequence numbers', () => {
  it('wrap from 255 to 0', () => {
    const { edge, node } = followed()
    edge.birth(254)
    edge.data(255)
    edge.data(0)
    expect([node().state, node().gaps, node().seq]).toEqual(['online', 0, 0])
  })

  it('that skip ahead are a gap with the expected number, and the node is stale until it is reborn', () => {
    const { edge, node } = followed()
    edge.birth()
    edge.data(1)
    edge.data(4)
    expect(node().lastGaps).toEqual([
      { at: 3 * SECOND, topic: 'spBv1.0/G/NDATA/N', messageId: 3, expected: 2, got: 4 }
    ])
    expect([node().state, node().staleReason]).toEqual(['stale', 'gap'])
    edge.data(5)
    expect([node().state, node().gaps]).toEqual(['stale', 1])
    edge.birth(17)
    expect([node().state, node().gaps, node().seq]).toEqual(['online', 1, 17])
  })

  it('are shared by the node and its devices', () => {
    const { edge, node, device } = followed()
    edge.birth(0)
    edge.deviceBirth(1)
    edge.deviceData(2)
    edge.data(3)
    edge.deviceDeath(4)
    expect(node().gaps).toBe(0)
    edge.deviceBirth(7)
    expect(node().gaps).toBe(1)
    expect(node().stateOf(device())).toEqual({ state: 'stale', reason: 'gap' })
  })

  it('that are missing are a gap, and counting continues from the expected number', () => {
    const { edge, node, send } = followed()
    edge.birth(0)
    send('spBv1.0/G/NDATA/N', { metrics: [] })
    edge.data(2)
    expect(node().lastGaps.map(({ expected, got }) => [expected, got])).toEqual([[1, null]])
  })

  it('keep details of only the newest gaps', () => {
    const { edge, node } = followed()
    edge.birth(0)
    for (let seq = 2; seq <= 100; seq += 2) edge.data(seq)
    expect(node().gaps).toBe(50)
    expect(node().lastGaps.length).toBe(20)
    expect(node().lastGaps.at(-1)!.got).toBe(100)
  })
})

describe('births and deaths', () => {
  it('a death with the bdSeq of the birth takes the node and its devices offline', () => {
    const { edge, node, device } = followed()
    edge.birth()
    edge.deviceBirth(1)
    edge.death()
    expect([node().state, node().stateOf(device()).state]).toEqual(['offline', 'offline'])
    expect([node().diedAt, device().diedAt]).toEqual([3 * SECOND, 3 * SECOND])
  })

  it('a death with another bdSeq belongs to an earlier session and is ignored', () => {
    const { edge, node } = followed()
    edge.birth(0, 4)
    edge.death(3)
    expect([node().state, node().ignoredDeaths, node().deaths]).toEqual(['online', 1, 0])
    edge.death(4)
    expect([node().state, node().deaths]).toEqual(['offline', 1])
  })

  it('a death without bdSeq counts, and so does the death of an unknown node', () => {
    const { edge, node } = followed()
    edge.death(9)
    expect(node().state).toBe('offline')
    edge.birth()
    edge.death(null)
    expect(node().state).toBe('offline')
  })

  it('after a birth of the node its devices are stale until they are reborn too', () => {
    const { edge, node, device } = followed()
    edge.birth()
    edge.deviceBirth(1)
    edge.birth()
    expect(node().stateOf(device())).toEqual({ state: 'stale', reason: 'unborn' })
    edge.deviceBirth(1)
    expect(node().stateOf(device())).toEqual({ state: 'online', reason: null })
  })

  it('of a node cost nothing per device, and devices follow when they are read', () => {
    const { edge, node } = followed()
    edge.birth()
    for (let i = 0; i < 100; i++) edge.deviceBirth(i + 1, `D${i}`)
    let touched = 0
    for (const device of node().devices.values()) {
      let { alive } = device
      Object.defineProperty(device, 'alive', {
        get: () => (touched++, alive),
        set: (value: boolean) => (touched++, (alive = value))
      })
    }
    edge.birth()
    edge.death()
    edge.birth()
    expect(touched).toBe(0)
    expect(node().stateOf(node().device('D7')!)).toEqual({ state: 'offline', reason: null })
  })

  it('of a node count for a device in their order: the first death after its birth takes it offline', () => {
    const { edge, node, device } = followed()
    edge.birth()
    edge.deviceBirth(1)
    edge.birth()
    edge.death()
    edge.birth()
    edge.death()
    expect([device().alive, device().reason, device().diedAt]).toEqual([false, null, 4 * SECOND])
    edge.birth()
    edge.deviceBirth(1)
    expect(node().stateOf(device())).toEqual({ state: 'online', reason: null })
    edge.death()
    expect(device().diedAt).toBe(9 * SECOND)
  })

  it('a dead device is offline while its node stays online', () => {
    const { edge, node, device } = followed()
    edge.birth()
    edge.deviceBirth(1)
    edge.deviceDeath(2)
    expect([node().state, node().stateOf(device()).state]).toEqual(['online', 'offline'])
  })

  it('data without a birth makes node and device stale until there is one', () => {
    const { edge, node, device } = followed()
    edge.data(5)
    expect([node().state, node().staleReason]).toEqual(['stale', 'unborn'])
    edge.birth()
    edge.deviceData(1)
    expect(node().state).toBe('online')
    expect(node().stateOf(device())).toEqual({ state: 'stale', reason: 'unborn' })
  })

  it('a node that sends data after its death is stale', () => {
    const { edge, node } = followed()
    edge.birth()
    edge.death()
    edge.data(1)
    expect([node().state, node().staleReason, node().gaps]).toEqual(['stale', 'unborn', 0])
  })
})

describe('metrics', () => {
  it('get names and types from the birth by their alias', () => {
    const { edge, node, device } = followed()
    edge.birth()
    edge.deviceBirth(1)
    edge.data(2)
    edge.deviceData(3, { alias: 7, int_value: 0xffffffff, timestamp: 1_700_000_000_000 })
    expect(node().table.metrics.get('Temp')).toMatchObject({
      alias: 1n,
      value: '21.5',
      messageId: 3,
      messages: 2
    })
    expect(device().table.metrics.get('Level')).toMatchObject({
      value: '-1',
      timestamp: 1_700_000_000_000,
      receivedAt: 4 * SECOND
    })
  })

  it('that no birth declared make the node stale, and are named', () => {
    const { edge, node } = followed()
    edge.birth()
    edge.data(1, { alias: 99, int_value: 1 })
    expect([node().staleReason, node().unknown]).toEqual(['unknown', '#99'])
    edge.birth()
    edge.data(1, { name: 'constructor', int_value: 1 })
    expect([node().staleReason, node().unknown]).toEqual(['unknown', 'constructor'])
  })

  it('keep their current value when a historical one is received', () => {
    const { edge, node } = followed()
    edge.birth()
    edge.data(1, { alias: 1, float_value: 5, is_historical: true })
    expect(node().table.metrics.get('Temp')).toMatchObject({ value: '20', historical: '5', messageId: 1 })
  })

  it('report their quality, and a missing value', () => {
    const { edge, node } = followed()
    edge.birth()
    const properties = { keys: ['x', 'Quality'], values: [{ type: 3 }, { type: 3, int_value: 500 }] }
    edge.data(1, { alias: 1, is_null: true, properties })
    expect(node().table.metrics.get('Temp')).toMatchObject({ value: null, quality: 500 })
  })

  it('are only those of the newest birth', () => {
    const { edge, node } = followed()
    edge.birth(0, 1, [{ name: 'Gone', alias: 2, datatype: 3, int_value: 1 }])
    edge.birth(0, 1)
    expect([...node().table.metrics.keys()]).toEqual(['bdSeq', 'Temp'])
    edge.data(1, { alias: 2, int_value: 1 })
    expect(node().unknown).toBe('#2')
  })

  it('beyond the memory budget are counted, and do not make the node stale', () => {
    // A node, two metrics and an alias.
    const { edge, node } = followed(2_100)
    edge.birth(0, 1, [{ name: 'More', alias: 2, datatype: 3, int_value: 1 }])
    expect([node().table.metrics.size, node().table.leftOut]).toEqual([2, 1])
    edge.data(1, { alias: 2, int_value: 1 })
    expect(node().state).toBe('online')
  })
})

describe('messages from strangers', () => {
  /** A birth with one metric that is declared under very many aliases. */
  const aliases = (count: number): object => ({
    seq: 0,
    metrics: Array.from({ length: count }, (_, alias) => ({ name: 'Same', alias: alias + 1, datatype: 3 }))
  })

  it('are charged for every alias, even of one metric', () => {
    const { send, node } = followed(100_000)
    send('spBv1.0/G/NBIRTH/N', aliases(10_000))
    expect(node().table.byAlias.size).toBeLessThan(1_300)
    expect(node().table.leftOut).toBe(10_000 - node().table.byAlias.size)
    // A new birth gets back the memory of the previous one.
    send('spBv1.0/G/NBIRTH/N', aliases(10))
    expect([node().table.byAlias.size, node().table.leftOut]).toEqual([10, 0])
  })

  it('are charged for names of nodes and devices, and very long names are left out', () => {
    const { session, send } = followed(100_000)
    for (let i = 0; i < 1_000; i++) send(`spBv1.0/G/NBIRTH/${'N'.repeat(500)}${i}`, { seq: 0, metrics: [] })
    expect(session.members).toBeLessThan(50)
    expect(session.leftOut).toBe(1_000 - session.members)
    const other = followed()
    other.send(`spBv1.0/G/NBIRTH/${'N'.repeat(60_000)}`, { seq: 0, metrics: [] })
    expect([other.session.members, other.session.leftOut]).toEqual([0, 1])
  })
})

describe('missed messages', () => {
  it('leave a node stale while the connection is down, and online once its number shows that nothing was missed', () => {
    const { session, edge, node } = followed()
    edge.birth()
    session.leave()
    expect([node().state, node().staleReason]).toEqual(['stale', 'away'])
    edge.data(1)
    expect(node().state).toBe('online')
  })

  it('are not a gap of the node, but leave it stale', () => {
    const { session, edge, node } = followed()
    edge.birth()
    session.leave()
    edge.data(9)
    expect([node().state, node().staleReason, node().gaps]).toEqual(['stale', 'missed', 0])
    edge.data(10)
    expect(node().gaps).toBe(0)
    edge.data(12)
    expect([node().staleReason, node().gaps]).toEqual(['gap', 1])
  })

  it('are not looked for in the history', () => {
    const { send, node } = followed()
    send('spBv1.0/G/NBIRTH/N', { seq: 0, metrics: [] }, 'history')
    send('spBv1.0/G/NDATA/N', { seq: 8, metrics: [] }, 'history')
    expect([node().state, node().gaps, node().seq]).toEqual(['online', 0, 8])
  })
})

it('an unreadable payload leaves the node stale, and is counted', () => {
  const { edge, node, send } = followed()
  edge.birth()
  send('spBv1.0/G/NDATA/N', Buffer.from('{"a":1}'))
  expect([node().staleReason, node().malformed]).toEqual(['malformed', 1])
})

it('commands add no node', () => {
  const { session, send } = followed()
  send('spBv1.0/G/NCMD/N', { metrics: [] })
  expect(session.groups.size).toBe(0)
})

describe('host applications', () => {
  const state = (online: boolean, timestamp: number): Buffer =>
    Buffer.from(JSON.stringify({ online, timestamp }))

  it('are known by their STATE, in JSON or in the format before 3.0', () => {
    const { session, send } = followed()
    send('spBv1.0/STATE/scada', state(true, 5))
    send('STATE/old', Buffer.from('OFFLINE'))
    send('spBv1.0/STATE/odd', Buffer.from('what?'))
    expect(
      [...session.hosts.all.values()].map(({ name, online, timestamp }) => [name, online, timestamp])
    ).toEqual([
      ['scada', true, 5],
      ['old', false, null],
      ['odd', null, null]
    ])
  })

  it('stay online when a late will of an earlier session is received, and disappear when their STATE is cleared', () => {
    const { session, send } = followed()
    send('spBv1.0/STATE/scada', state(true, 5))
    send('spBv1.0/STATE/scada', state(false, 4))
    expect(session.hosts.all.get('spBv1.0/STATE/scada')!.online).toBe(true)
    send('spBv1.0/STATE/scada', state(false, 5))
    expect(session.hosts.all.get('spBv1.0/STATE/scada')!.online).toBe(false)
    send('spBv1.0/STATE/scada', Buffer.alloc(0))
    expect(session.hosts.all.size).toBe(0)
  })
})
