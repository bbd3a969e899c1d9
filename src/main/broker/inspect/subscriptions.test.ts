import { expect, it } from 'vitest'
import { firstRows, Inspected } from './fixture'

/** Clients by id with their filters; options of the first may be given. */
async function subscribers(filters: Record<string, string[]>, options: object = {}): Promise<Inspected> {
  const place = new Inspected()
  for (const [id, topics] of Object.entries(filters)) {
    const client = place.client()
    await client.connect(id)
    const subscriptions = topics.map((topic, index) => ({ topic, qos: (index % 3) as 0 | 1 | 2, ...options }))
    await client.ask({ cmd: 'subscribe', messageId: 1, subscriptions })
  }
  return place
}

it('finds filters by text, sorted, with their clients and shares', async () => {
  const place = await subscribers({
    a: ['plant/#', 'plant/Line/+'],
    b: ['plant/#', '$share/g/plant/#', 'other'],
    c: ['$share/g/plant/#', '$share/h/plant/#']
  })
  const rows = async (
    text: string,
    sort: 'filter' | 'clients' | 'shares',
    descending = false
  ): Promise<unknown> => {
    const { search, total, sorted } = await place.call('subscriptions.search', { text, sort, descending })
    const found = await place.call('subscriptions.rows', { search, ...firstRows })
    expect([found.length, sorted]).toEqual([total, true])
    return found.map(({ filter }) => filter)
  }
  expect(await rows('', 'filter')).toEqual(['other', 'plant/#', 'plant/Line/+'])
  expect(await rows('LINE', 'filter')).toEqual(['plant/Line/+'])
  expect(((await rows('', 'clients', true)) as string[])[0]).toBe('plant/#')
  const { search } = await place.call('subscriptions.search', {
    text: 'plant/#',
    sort: 'shares',
    descending: true
  })
  expect(await place.call('subscriptions.rows', { search, ...firstRows })).toEqual([
    {
      filter: 'plant/#',
      clients: 2,
      shares: [
        { name: 'g', clients: 2 },
        { name: 'h', clients: 1 }
      ]
    }
  ])
  expect(await place.call('subscriptions.clients', { filter: 'plant/#', ...firstRows })).toMatchObject({
    total: 5,
    rows: [
      { clientId: 'a', share: null, qos: 0 },
      { clientId: 'b', share: null },
      { clientId: 'b', share: 'g', qos: 1 },
      { clientId: 'c', share: 'g' },
      { clientId: 'c', share: 'h' }
    ]
  })
})

it('reads the rows of a search as they are now, and forgets old searches', async () => {
  const place = await subscribers({ a: ['x'], b: ['x'] })
  const { search } = await place.call('subscriptions.search', { text: '', sort: 'filter', descending: false })
  await place.call('clients.unsubscribe', { clientId: 'a', filter: 'x' })
  expect(await place.call('subscriptions.rows', { search, ...firstRows })).toMatchObject([{ clients: 1 }])
  for (let i = 0; i < 8; i++)
    await place.call('subscriptions.search', { text: '', sort: 'filter', descending: false })
  await expect(place.call('subscriptions.rows', { search, ...firstRows })).rejects.toMatchObject({
    code: 'NOT_FOUND'
  })
})

it('says who gets a topic, through which filters, at which QoS, and whose turn it is in a share', async () => {
  const place = await subscribers({
    a: ['plant/#', 'plant/+/temp', 'never'],
    b: ['plant/1/temp'],
    c: ['x', '$share/g/plant/#'],
    d: ['x', '$share/g/plant/#'],
    e: ['#']
  })
  place.broker.kick('c')
  await place.clock.settle()
  expect(await place.call('subscriptions.match', { topic: 'plant/1/temp', ...firstRows })).toEqual({
    total: 3,
    clients: expect.arrayContaining([
      {
        clientId: 'a',
        connected: true,
        own: false,
        qos: 1,
        via: expect.arrayContaining([
          { filter: 'plant/#', qos: 0, noLocal: false, identifier: null },
          { filter: 'plant/+/temp', qos: 1, noLocal: false, identifier: null }
        ])
      },
      expect.objectContaining({ clientId: 'b', qos: 0 }),
      expect.objectContaining({ clientId: 'e' })
    ]),
    shares: [
      {
        name: 'g',
        filter: 'plant/#',
        next: 'd',
        members: 2,
        clients: [
          { clientId: 'c', connected: false, own: false, qos: 1 },
          { clientId: 'd', connected: true, own: false, qos: 1 }
        ]
      }
    ]
  })
  // A wildcard at the beginning does not match topics that begin with $ [MQTT-4.7.2-1].
  expect(await place.call('subscriptions.match', { topic: '$SYS/x', ...firstRows })).toMatchObject({
    total: 0
  })
})
