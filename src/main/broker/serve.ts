import type { BrokerClient } from '../../shared/contract/broker'
import { AppError } from '../../shared/errors'
import type { Channel } from '../../shared/rpc/channel'
import { createPeer } from '../../shared/rpc/peer'
import type { BrokerConfig, BrokerFunctions, BrokerNews } from './broker-functions'
import { BridgePeers } from './bridge-peers'
import { Broker } from './core/broker'
import { systemClock } from './core/clock'
import type { Client } from './core/client'
import type { Store } from './core/store'
import { listen, type OpenListener } from './listeners/listen'
import { SqliteStore } from './store/sqlite-store'
import { SysTopics } from './sys'

const COUNTS_EVERY = 1_000

/** Serves a broker over a channel, whose other side starts and stops it; only one runs at a time. The worker is a thin wrapper. */
export function serveBroker(channel: Channel, version: string): void {
  let running: {
    broker: Broker
    bridges: BridgePeers
    sys: SysTopics
    open: OpenListener[]
    timer: NodeJS.Timeout
  } | null = null

  const current = (): NonNullable<typeof running> => {
    if (!running) throw new AppError('BROKER_NOT_RUNNING', {})
    return running
  }

  const functions: BrokerFunctions = {
    async start({ file, limits, id, pipe }) {
      if (running) return
      const broker = new Broker({
        store: storeIn(file),
        limits,
        onStoreFailure: (error) => peer.notify('storeFailed', error.message)
      })
      try {
        const open = [await listen(broker, { kind: 'pipe', path: pipe })]
        const timer = setInterval(() => peer.notify('counts', countsOf(broker)), COUNTS_EVERY)
        const sys = new SysTopics(broker, systemClock, `Treetop ${version}`)
        running = { broker, bridges: new BridgePeers(broker, id), sys, open, timer }
      } catch (error) {
        broker.close()
        throw error
      }
      running.sys.start()
    },
    async listen(listeners) {
      const { broker, open } = current()
      const opened: OpenListener[] = []
      try {
        for (const listener of listeners) opened.push(await listen(broker, listener))
      } catch (error) {
        await Promise.all(opened.map((each) => each.close()))
        throw error
      }
      open.push(...opened)
    },
    setCertificate({ cert, key }) {
      for (const each of current().open) each.setCertificate(cert, key)
    },
    setBridges: (bridges) => current().bridges.set(bridges),
    async stop() {
      if (!running) return
      const { broker, sys, open, timer } = running
      running = null
      clearInterval(timer)
      sys.stop()
      broker.close()
      await Promise.all(open.map((each) => each.close()))
    },
    'broker.clients': () => [...current().broker.clients()].map(described),
    'broker.kick': ({ clientId: id }) => {
      if (!current().broker.kick(id)) throw new AppError('NOT_FOUND', { what: 'client', id })
    },
    'broker.refusals': () =>
      current().broker.refusals.map(({ packet, ...refusal }) => ({
        ...refusal,
        packet: packet.toString('hex')
      }))
  }
  const peer = createPeer<BrokerNews>(channel, functions)
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
