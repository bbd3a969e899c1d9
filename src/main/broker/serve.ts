import type { BrokerClient } from '../../shared/contract/broker'
import { AppError } from '../../shared/errors'
import type { Channel } from '../../shared/rpc/channel'
import { createPeer } from '../../shared/rpc/peer'
import type { BrokerConfig, BrokerFunctions, BrokerNews } from './broker-functions'
import { Broker } from './core/broker'
import { systemClock } from './core/clock'
import type { Client } from './core/client'
import type { Store } from './core/store'
import { listen, type OpenListener } from './listeners/listen'
import { listenSn, type OpenSnListener } from './mqtt-sn/listen-sn'
import { SqliteStore } from './store/sqlite-store'
import { SysTopics } from './sys'

const COUNTS_EVERY = 1_000

/** Serves a broker over a channel, whose other side starts and stops it; only one runs at a time. The worker is a thin wrapper. */
export function serveBroker(channel: Channel, version: string): void {
  let running: {
    broker: Broker
    sys: SysTopics
    open: (OpenListener | OpenSnListener)[]
    timer: NodeJS.Timeout
  } | null = null

  const current = (): NonNullable<typeof running> => {
    if (!running) throw new AppError('BROKER_NOT_RUNNING', {})
    return running
  }

  const functions: BrokerFunctions = {
    async start({ file, limits, pipe }) {
      if (running) return
      const broker = new Broker({
        store: storeIn(file),
        limits,
        onStoreFailure: (error) => peer.notify('storeFailed', error.message)
      })
      try {
        const open: (OpenListener | OpenSnListener)[] = [await listen(broker, { kind: 'pipe', path: pipe })]
        const timer = setInterval(() => peer.notify('counts', countsOf(broker)), COUNTS_EVERY)
        running = { broker, sys: new SysTopics(broker, systemClock, `Treetop ${version}`), open, timer }
      } catch (error) {
        broker.close()
        throw error
      }
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
    'broker.sn': () => current().open.flatMap((each) => ('counts' in each ? [each.counts()] : [])),
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
    protocol: connection.listener?.kind === 'sn' ? 'mqtt-sn' : 'mqtt',
    asleep: connection.isAsleep,
    address: connection.address,
    keepAlive,
    clean: connect.cleanStart,
    connectedAt,
    subscriptions: [...session.subscriptions()].map(({ filter, options }) => ({ filter, qos: options.qos })),
    received: receivedCount,
    sent: sender.sentCount
  }
}
