import { calls, type CallInput, type CallName, type CallsOf } from '../../shared/contract'
import type { Route } from '../../shared/contract/define'
import type { HistoryRef } from '../../shared/contract/histories'
import type { Handlers, PageSession } from '../../shared/rpc/contract'
import type { Archive } from '../archive/archive'
import type { BrokerService } from '../broker/broker-service'
import type { Connections } from '../connection/connections'
import type { Histories } from './histories'
import type { Trees } from './trees'

interface Destinations {
  /** The calls that the main thread answers itself. */
  main: CallsOf<'main'>
  connections: Pick<Connections, 'peer'>
  archive: Pick<Archive, 'peer'>
  broker: Pick<BrokerService, 'peer'>
  trees: Trees
  histories: Histories
}

/** The input fields that each route uses (contract/define.ts). */
type Routed = CallInput<CallName> & { connectionId: string; history: HistoryRef }

/** Returns a handler for each call of the contract, which passes it to its route. Threads get it under the same name, with its input. */
export function routeCalls({ main, connections, archive, broker, trees, histories }: Destinations): Handlers {
  const to: Record<Route, (name: never, input: Routed, session: PageSession) => unknown> = {
    main: (name: keyof CallsOf<'main'>, input) => main[name](input as never),
    connection: (name: keyof CallsOf<'connection'>, input) =>
      connections.peer(input.connectionId).call(name, input),
    archive: async (name: keyof CallsOf<'archive'>, input) => {
      const path = await histories.settled(input.history)
      return archive.peer().call(name, { ...input, path })
    },
    broker: (name: keyof CallsOf<'broker'>, input) => broker.peer().call(name, input as never),
    tree: (name: keyof CallsOf<'tree'>, input, session) => trees.call(name, input as never, session)
  }
  const routed = Object.entries(calls).map(([name, { route }]) => [
    name,
    (input: Routed, session: PageSession) => to[route](name as never, input, session)
  ])
  return Object.fromEntries(routed) as Handlers
}
