import type { BrokerClient } from '../../shared/contract/broker'
import { workbenchCalls, type BrokerOverview } from '../../shared/contract/workbench'
import { AppError } from '../../shared/errors'
import type { Channel } from '../../shared/rpc/channel'
import { createPeer } from '../../shared/rpc/peer'
import { AccessControl } from './access/access-control'
import { OwnClients } from './access/own-clients'
import type { BrokerConfig, BrokerFunctions, BrokerNews } from './broker-functions'
import { BridgePeers } from './bridge-peers'
import { Broker } from './core/broker'
import { systemClock } from './core/clock'
import type { Client } from './core/client'
import type { Store } from './core/store'
import { Faults } from './faults/faults'
import { Inspector } from './inspect/inspector'
import { listen, type OpenListener } from './listeners/listen'
import { listenSn, type OpenSnListener } from './mqtt-sn/listen-sn'
import { RetainedPages } from './retained-pages'
import { SqliteStore } from './store/sqlite-store'
import { SysTopics } from './sys'

const COUNTS_EVERY = 1_000

/** Serves a broker over a channel, whose other side starts and stops it; only one runs at a time. The worker is a thin wrapper. */
export function serveBroker(channel: Channel, version: string): void {
  let running: {
    broker: Broker
    access: AccessControl
    bridges: BridgePeers
    pages: RetainedPages
    sys: SysTopics
    inspector: Inspector
    faults: Faults
    calls: InspectorCalls
    open: (OpenListener | OpenSnListener)[]
    timer: NodeJS.Timeout
  } | null = null

  const current = (): NonNullable<typeof running> => {
    if (!running) throw new AppError('BROKER_NOT_RUNNING', {})
    return running
  }

  const functions: BrokerFunctions = {
    async start({ file, events: eventFile, limits, access: settings, ownLogin, id, pipe }) {
      if (running) return
      const ownClients = new OwnClients(ownLogin ?? null)
      const access = new AccessControl(ownClients)
      const broker = new Broker({
        store: storeIn(file),
        limits,
        authenticators: access.authenticators,
        onStoreFailure: (error) => peer.notify('storeFailed', error.message)
      })
      broker.hooks.add(ownClients)
      access.guard(broker, settings)
      try {
        const open: (OpenListener | OpenSnListener)[] = [await listen(broker, { kind: 'pipe', path: pipe })]
        const timer = setInterval(() => peer.notify('counts', countsOf(broker)), COUNTS_EVERY)
        const sys = new SysTopics(broker, systemClock, `Treetop ${version}`)
        const inspector = new Inspector({
          broker,
          clock: systemClock,
          eventFile,
          listeners: () => listenersOf(open)
        })
        const pages = new RetainedPages(broker.retained, () => systemClock.now())
        const network = (): (OpenListener | OpenSnListener)[] => open.filter(({ kind }) => kind !== 'pipe')
        const faults = new Faults(broker, systemClock, network, (list) => peer.notify('faults', list))
        const bridges = new BridgePeers(broker, id)
        const calls = inspector.calls()
        running = { broker, access, bridges, pages, sys, inspector, faults, calls, open, timer }
      } catch (error) {
        broker.close()
        throw error
      }
      running.inspector.start()
      running.sys.start()
    },
    async listen(listeners) {
      const { broker, open } = current()
      const opened: (OpenListener | OpenSnListener)[] = []
      try {
        for (const each of listeners)
          opened.push(await (each.kind === 'sn' ? listenSn(broker, each) : listen(broker, each)))
      } catch (error) {
        await Promise.all(opened.map((each) => each.close()))
        throw error
      }
      open.push(...opened)
    },
    setCertificate({ cert, key }) {
      for (const each of current().open) each.setCertificate(cert, key)
    },
    setAccess(settings) {
      current().access.set(settings)
    },
    leaving: (settings) => current().access.leaving(settings),
    retainedPage: ({ reader }) => current().pages.next(reader),
    forgetRetainedPages: ({ reader }) => current().pages.forget(reader),
    setBridges: (bridges) => current().bridges.set(bridges),
    async stop() {
      if (!running) return
      const { broker, sys, inspector, faults, open, timer } = running
      running = null
      clearInterval(timer)
      sys.stop()
      faults.stop()
      broker.close()
      inspector.stop()
      await Promise.all(open.map((each) => each.close()))
    },
    ...forwarded(() => current().calls),
    'access.refused': () => current().access.refused(),
    'broker.clients': () => [...current().broker.clients()].map(described),
    'broker.kick': ({ clientId: id }) => {
      if (!current().broker.kick(id)) throw new AppError('NOT_FOUND', { what: 'client', id })
    },
    'broker.sn': () => current().open.flatMap((each) => ('counts' in each ? [each.counts()] : [])),
    'broker.refusals': () =>
      current().broker.refusals.map(({ packet, ...refusal }) => ({
        ...refusal,
        packet: packet.toString('hex')
      })),
    'faults.list': () => current().faults.list(),
    'faults.ended': () => current().faults.ended(),
    'faults.add': (spec) => current().faults.add(spec),
    'faults.remove': ({ id }) => current().faults.remove(id),
    'faults.clear': () => current().faults.clear(),
    'faults.disconnect': (scope) => current().faults.disconnect(scope)
  }
  const peer = createPeer<BrokerNews>(channel, functions)
}

type InspectorCalls = ReturnType<Inspector['calls']>

/** Calls that the broker answers which runs when they come. */
function forwarded(running: () => InspectorCalls): InspectorCalls {
  const names = Object.keys(workbenchCalls) as (keyof InspectorCalls)[]
  const forward = (name: keyof InspectorCalls) => (input: never) => running()[name](input)
  return Object.fromEntries(names.map((name) => [name, forward(name)])) as unknown as InspectorCalls
}

/** Without the pipe of Treetop's own connection. */
function listenersOf(open: (OpenListener | OpenSnListener)[]): BrokerOverview['listeners'] {
  return open.flatMap(({ kind, host, port, isListening, connectionCount }) =>
    kind === 'pipe' ? [] : [{ kind, host, port, listening: isListening, connections: connectionCount }]
  )
}

/** Throws BROKER_FILE_UNUSABLE. */
function storeIn(file: BrokerConfig['file']): Store | null {
  if (file === null) return null
  try {
    return new SqliteStore(file)
  } catch (error) {
    throw new AppError('BROKER_FILE_UNUSABLE', { path: file, reason: (error as Error).message })
  }
}

function countsOf({ traffic, clientCount }: Broker): { received: number; sent: number; clients: number } {
  return { received: traffic.messagesReceived, sent: traffic.messagesSent, clients: clientCount }
}

function described({
  connection,
  connect,
  keepAlive,
  connectedAt,
  session,
  receivedCount,
  sender
}: Client): BrokerClient {
  return {
    id: session.clientId,
    version: connection.version,
    protocol: connection.listener?.kind === 'sn' ? 'mqtt-sn' : 'mqtt',
    asleep: connection.isAsleep,
    address: connection.address,
    isBridge: connection.isObserver && !sender.isObserver,
    keepAlive,
    clean: connect.cleanStart,
    connectedAt,
    subscriptions: [...session.subscriptions()].map(({ filter, options }) => ({ filter, qos: options.qos })),
    received: receivedCount,
    sent: sender.sentCount
  }
}
