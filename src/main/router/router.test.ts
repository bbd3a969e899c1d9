import { expect, it } from 'vitest'
import { calls, type CallInput } from '../../shared/contract'
import type { PageSession } from '../../shared/rpc/contract'
import type { Peer } from '../../shared/rpc/peer'
import { Histories } from './histories'
import { routeCalls } from './router'
import { Trees } from './trees'

const page: PageSession = { emit: () => undefined, onClose: () => undefined }
const PLANT = { kind: 'connection' as const, id: 'plant' }
const GET: CallInput<'messages.get'> = { history: PLANT, id: 7, decoder: { format: 'auto' } }

/** A router over threads that only record the calls; the connection `plant` is open. */
function recorded() {
  const asked: [who: string, name: string, input: unknown][] = []
  const peer = (who: string): Peer<never> => ({
    call: (name: string, input: unknown) => {
      asked.push([who, name, input])
      return Promise.resolve(who) as Promise<never>
    },
    notify: () => undefined,
    close: () => undefined
  })
  const connections = { isOpen: (id: string) => id === 'plant', peer: (id: string) => peer(id) as never }
  const archive = { peer: () => peer('archive') as never }
  const broker = { peer: () => peer('broker') as never }
  const recordings = { pathOf: (id: string) => `/${id}.treetop` }
  const histories = new Histories(connections, recordings, (id) => `/history/${id}.db`)
  const main = { 'settings.get': () => 'settings' } as never
  const trees = new Trees({ connections, archive, histories })
  return { handlers: routeCalls({ main, connections, archive, broker, trees, histories }), asked }
}

it('answers every call of the contract', () => {
  expect(Object.keys(recorded().handlers)).toEqual(Object.keys(calls))
})

it('lets the main thread answer its own calls', () => {
  const { handlers, asked } = recorded()
  expect(handlers['settings.get'](undefined, page)).toBe('settings')
  expect(asked).toEqual([])
})

it('sends a call about a connection to its worker, under the same name and with the whole input', async () => {
  const { handlers, asked } = recorded()
  const input = { connectionId: 'plant', number: 3 }
  expect(await handlers['packets.get'](input, page)).toBe('plant')
  expect(asked).toEqual([['plant', 'packets.get', input]])
})

it('sends a call about the local broker to its worker', async () => {
  const { handlers, asked } = recorded()
  expect(await handlers['broker.kick']({ clientId: 'c' }, page)).toBe('broker')
  expect(asked).toEqual([['broker', 'broker.kick', { clientId: 'c' }]])
})

it('makes a connection write everything to disk before the archive reads its history', async () => {
  const { handlers, asked } = recorded()
  expect(await handlers['messages.get'](GET, page)).toBe('archive')
  expect(asked).toEqual([
    ['plant', 'settle', null],
    ['archive', 'messages.get', { ...GET, path: '/history/plant.db' }]
  ])
})

it('finds the file of a recording, and of a connection that is not open', async () => {
  const { handlers, asked } = recorded()
  const saved = { kind: 'recording' as const, id: 'saved' }
  const home = { kind: 'connection' as const, id: 'home' }
  await handlers['messages.get']({ ...GET, history: saved }, page)
  await handlers['messages.get']({ ...GET, history: home }, page)
  expect(asked).toEqual([
    ['archive', 'messages.get', { ...GET, history: saved, path: '/saved.treetop' }],
    ['archive', 'messages.get', { ...GET, history: home, path: '/history/home.db' }]
  ])
})
