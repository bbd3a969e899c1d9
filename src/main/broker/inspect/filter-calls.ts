import type { CallInput, CallOutput, CallsOf } from '../../../shared/contract'
import type { FilterRow } from '../../../shared/contract/workbench'
import type { SubscriptionOptions } from '../codec/packet'
import type { Broker } from '../core/broker'
import type { Session } from '../core/session'
import type { Filter, Share, Subscriber } from '../core/subscribers'
import { Searches, windowOf } from './searches'

/** Members of a share that are listed. */
const LISTED = 100

type Audience = CallOutput<'subscriptions.match'>

/** Calls about all subscriptions together. */
export function filterCalls(broker: Broker): CallsOf<'broker', 'subscriptions'> {
  const searches = new Searches<Filter>()
  return {
    'subscriptions.search': ({ text, sort, descending }) => {
      const needle = text.toLowerCase()
      return searches.run(
        broker.subscriptions.filters(),
        ({ path }) => needle === '' || path.toLowerCase().includes(needle),
        (filter) =>
          sort === 'filter'
            ? filter.path
            : sort === 'clients'
              ? filter.clientCount
              : [...filter.shares].length,
        descending
      )
    },
    'subscriptions.rows': ({ search, offset, limit }) => searches.rows(search, offset, limit).map(rowOf),
    'subscriptions.clients': (input) => clientsOf(broker, input),
    'subscriptions.match': (input) => audienceOf(broker, input)
  }
}

function rowOf(filter: Filter): FilterRow {
  const shares = [...filter.shares].map(({ name, members }) => ({ name, clients: members.size }))
  return { filter: filter.path, clients: filter.clientCount, shares }
}

function clientsOf(
  broker: Broker,
  { filter: path, offset, limit }: CallInput<'subscriptions.clients'>
): CallOutput<'subscriptions.clients'> {
  const filter = broker.subscriptions.filter(path)
  if (!filter) return { total: 0, rows: [] }
  const all = function* (): Generator<[share: string | null, Subscriber, SubscriptionOptions]> {
    for (const [subscriber, options] of filter.subscribers) yield [null, subscriber, options]
    for (const { name, members } of filter.shares)
      for (const [subscriber, options] of members) yield [name, subscriber, options]
  }
  const rows = windowOf(all(), offset, limit).map(([share, subscriber, options]) => ({
    ...described(subscriber),
    ...viaOf(path, options),
    share
  }))
  const inShares = [...filter.shares].reduce((sum, { members }) => sum + members.size, 0)
  return { total: filter.clientCount + inShares, rows }
}

function audienceOf(broker: Broker, { topic, offset, limit }: CallInput<'subscriptions.match'>): Audience {
  const clients = new Map<Subscriber, Audience['clients'][number]>()
  const shares: Audience['shares'] = []
  for (const filter of broker.subscriptions.filtersFor(topic)) {
    for (const [subscriber, options] of filter.subscribers) {
      const via = viaOf(filter.path, options)
      const known = clients.get(subscriber)
      if (!known) clients.set(subscriber, { ...described(subscriber), qos: options.qos, via: [via] })
      else {
        known.via.push(via)
        known.qos = options.qos > known.qos ? options.qos : known.qos
      }
    }
    for (const share of filter.shares) shares.push(shareOf(filter.path, share))
  }
  return { total: clients.size, clients: windowOf(clients.values(), offset, limit), shares }
}

function shareOf(filter: string, share: Share): Audience['shares'][number] {
  return {
    name: share.name,
    filter,
    next: (share.peek()[0] as Session).clientId,
    members: share.members.size,
    clients: windowOf(share.members, 0, LISTED).map(([member, { qos }]) => ({ ...described(member), qos }))
  }
}

function viaOf(
  filter: string,
  { qos, noLocal, identifier }: SubscriptionOptions
): Audience['clients'][number]['via'][number] {
  return { filter, qos, noLocal, identifier: identifier || null }
}

/** Subscribers are sessions. */
function described(subscriber: Subscriber): { clientId: string; connected: boolean; own: boolean } {
  const { clientId, isConnected, client } = subscriber as Session
  return { clientId, connected: isConnected, own: client?.isObserver ?? false }
}
