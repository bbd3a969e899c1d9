import type { CallName } from '../../shared/contract'
import type { TopicFrame } from '../../shared/contract/topics'
import { defaultProxyServer } from '../../shared/contract/transport'
import type { MessageHead } from '../../shared/message'
import type { Channel } from '../../shared/rpc/channel'
import {
  connectContract,
  serveContract,
  type Api,
  type Handlers,
  type PageSession
} from '../../shared/rpc/contract'

/** An api connected by an in-memory channel to handlers that answer like the process; calls without a handler fail. */
export function apiTo(handlers: Partial<Handlers>): { api: Api; session: PageSession; close: () => void } {
  const [page, process] = channelInMemory()
  const answers = new Proxy(handlers as Handlers, {
    get: (of, name: CallName) => {
      if (!(name in of)) throw new Error(`The test answers no ${name}`)
      return of[name]
    }
  })
  const session = serveContract(process, answers)
  const api = connectContract(page)
  return { api, session, close: () => api.close() }
}

/** What a process in browser mode answers to an app that starts, without profiles, connections and recordings. */
export const answersOfAnEmptyProcess: Partial<Handlers> = {
  'app.info': () => ({
    version: '1.0.0',
    host: 'browser',
    platform: 'linux',
    sandboxed: true,
    dataDirectory: '/data',
    logFile: '/data/log',
    secrets: null
  }),
  'app.opensLinks': () => null,
  'app.arrivals': () => [],
  'profiles.list': () => [],
  'connections.list': () => [],
  'recordings.list': () => [],
  'schemas.list': () => [],
  'jobs.list': () => [],
  'collections.list': () => ({ collections: [], environment: null }),
  'schedules.list': () => [],
  'simulators.list': () => [],
  'scripts.list': () => [],
  'scripts.console': () => [],
  'checks.list': () => ({ folders: [], files: [] }),
  'checks.state': () => null,
  'probe.list': () => [],
  'proxy.get': () => ({ on: false, server: defaultProxyServer(), password: null }),
  'probe.running': () => null
}

/** Both ends of an in-memory channel that copies each message, as every channel does. */
function channelInMemory(): [Channel, Channel] {
  const listeners: ((message: unknown) => void)[] = []
  const end = (mine: number): Channel => ({
    post(message) {
      const copy: unknown = structuredClone(message)
      queueMicrotask(() => listeners[1 - mine]?.(copy))
    },
    on: (listener) => void (listeners[mine] = listener),
    onClose: () => undefined
  })
  return [end(0), end(1)]
}

/** A gate that holds an answer back until it is released. */
export function held(): { gate: Promise<void>; letGo: () => void } {
  let letGo = (): void => undefined
  const gate = new Promise<void>((resolve) => (letGo = resolve))
  return { gate, letGo: () => letGo() }
}

/** A frame of a topic view without rows. */
export function frameOf(viewId: string, changes: Partial<TopicFrame> = {}): TopicFrame {
  return {
    viewId,
    sequence: 0,
    total: 0,
    first: 0,
    rows: [],
    changed: [],
    selected: null,
    selectedPath: changes.selected?.row.path ?? null,
    topics: 0,
    matches: null,
    filter: null,
    filtering: false,
    tooSlow: false,
    hidden: 0,
    pinned: null,
    counting: false,
    ...changes
  }
}

/** The head of a received message of one byte. */
export function headOf(id: number, topic = 'a', receivedAt = id): MessageHead {
  return {
    id,
    topic,
    receivedAt,
    direction: 'in',
    qos: 0,
    retain: false,
    dup: false,
    size: 1,
    properties: null
  }
}
