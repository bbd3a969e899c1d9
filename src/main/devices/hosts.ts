import { MAX_NAME, type Carrier } from './metrics'

/** Host applications followed at most. */
const MAX_HOSTS = 1_000
/** Largest STATE payload that is read, in bytes. */
const MAX_STATE = 10_000

/** A host application, according to its newest STATE. */
export interface HostApplication extends Carrier {
  name: string
  /** null: the STATE cannot be read. */
  online: boolean | null
  /** The host's own time, in ms since 1970 UTC; null: before Sparkplug 3.0, or missing. */
  timestamp: number | null
}

/** The host applications found in STATE messages. */
export class HostApplications {
  /** By topic, because one name may have both kinds of STATE topic. */
  readonly all = new Map<string, HostApplication>()

  /**
   * `{"online": true, "timestamp": 1668114759262}` (payloads-state-birth-payload, payloads-state-will-message-payload) or, before 3.0,
   * `ONLINE` and `OFFLINE`. A will of an earlier session has an earlier timestamp and is ignored. An empty payload clears the
   * retained STATE.
   */
  take(name: string, { topic, payload, receivedAt, messageId }: Carrier & { payload: Uint8Array }): void {
    const known = this.all.get(topic)
    if (payload.length === 0) {
      this.all.delete(topic)
      return
    }
    if (!known && (this.all.size === MAX_HOSTS || name.length > MAX_NAME)) return
    const { online, timestamp } = readState(payload)
    if (known && known.timestamp !== null && timestamp !== null && timestamp < known.timestamp) return
    this.all.set(topic, { name, topic, online, timestamp, receivedAt, messageId })
  }
}

function readState(payload: Uint8Array): Pick<HostApplication, 'online' | 'timestamp'> {
  const text = payload.length > MAX_STATE ? '' : Buffer.from(payload).toString()
  if (text === 'ONLINE' || text === 'OFFLINE') return { online: text === 'ONLINE', timestamp: null }
  try {
    const state = JSON.parse(text) as { online?: unknown; timestamp?: unknown } | null
    return {
      online: typeof state?.online === 'boolean' ? state.online : null,
      timestamp: typeof state?.timestamp === 'number' ? state.timestamp : null
    }
  } catch {
    return { online: null, timestamp: null }
  }
}
