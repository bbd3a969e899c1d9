import { describe, expect, it } from 'vitest'
import { neverConnected, type ConnectionStatus } from '../../shared/contract/connections'
import { apiTo } from './api-fixture'
import { Front } from './front.svelte'
import { ConnectionsState } from './connections.svelte'

function status(id: string, changes: Partial<ConnectionStatus> = {}): ConnectionStatus {
  return {
    ...neverConnected(id, 1),
    name: id,
    address: 'plant.example:1883',
    state: 'connecting',
    ...changes
  }
}

/** The state over a real channel to handlers that answer like the process. */
async function setup(open: string[] = []) {
  const { api, session, close } = apiTo({
    'connections.list': () => open.map((id) => status(id)),
    'connections.open': ({ id }) => status(id),
    'connections.close': () => undefined
  })
  const front = new Front()
  const connections = new ConnectionsState(api, front)
  connections.start()
  await connections.load()
  /** Calls and events share one order: an answer means that all earlier events were received. */
  const heard = (): Promise<unknown> => api.call('connections.list')
  return { connections, front, session, close, heard }
}

describe('open connections', () => {
  it('bring the first tab to the front when the app starts', async () => {
    const { connections, close } = await setup(['a', 'b'])
    expect(connections.active?.id).toBe('a')
    close()
  })

  it('bring a tab to the front when it is opened, in place', async () => {
    const { connections, close } = await setup(['a', 'b'])
    await connections.open('c')
    expect(connections.active?.id).toBe('c')
    await connections.open('a')
    expect(connections.list.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
    expect(connections.active?.id).toBe('a')
    close()
  })

  it('bring the neighbouring tab to the front when a tab closes', async () => {
    const { connections, front, close } = await setup(['a', 'b', 'c'])
    front.id = 'b'
    await connections.close('b')
    expect(connections.active?.id).toBe('c')
    await connections.close('c')
    expect(connections.active?.id).toBe('a')
    await connections.close('a')
    expect(connections.active).toBeNull()
    close()
  })

  it('follow the events of the process without bringing another tab to the front', async () => {
    const { connections, session, close, heard } = await setup(['a'])
    session.emit('connections.changed', status('a', { state: 'online' }))
    session.emit('connections.changed', status('b'))
    await heard()
    expect(connections.list.map(({ id, state }) => [id, state])).toEqual([
      ['a', 'online'],
      ['b', 'connecting']
    ])
    expect(connections.active?.id).toBe('a')
    session.emit('connections.closed', { id: 'a' })
    await heard()
    expect(connections.active?.id).toBe('b')
    close()
  })
})
