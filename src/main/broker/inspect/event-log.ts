import type { ClientEvent, DisconnectCause, EventDetails } from '../../../shared/contract/broker-clients'
import { REASON_CODE } from '../../../shared/mqtt-codes'
import type { Clock } from '../core/clock'
import type { CloseCause, Hooks } from '../core/hooks'
import { EventFile, type NewEvent } from '../store/event-file'
import { Fights } from './fights'

/** ms after which events are written, how many at once, which takes about a millisecond, and ms until the next ones. */
const WRITE_AFTER = 200
const AT_ONCE = 200
const NEXT_AFTER = 20
/** Events that wait to be written at most; beyond, the oldest are lost. */
const MOST_WAITING = 20_000

const causes: Record<number, DisconnectCause> = {
  [REASON_CODE.KEEP_ALIVE_TIMEOUT]: 'keepAlive',
  [REASON_CODE.SESSION_TAKEN_OVER]: 'takenOver',
  [REASON_CODE.ADMINISTRATIVE_ACTION]: 'kicked',
  [REASON_CODE.SERVER_SHUTTING_DOWN]: 'shutdown'
}

/** The history of clients: what happens to them goes to a file, a little later and in small portions, so that no message waits for it. */
export class EventLog {
  readonly fights = new Fights()
  /** Why the events are in memory only; null: they are in the file. */
  fault: string | null = null
  private file: EventFile
  private waiting: NewEvent[] = []
  private cancel: (() => void) | null = null

  /** If the file cannot be used, the events are in memory. `path` null: they are meant to be. */
  constructor(
    private readonly clock: Clock,
    path: string | null
  ) {
    try {
      this.file = new EventFile(path ?? ':memory:')
    } catch (error) {
      this.file = this.inMemory(error as Error)
    }
  }

  /** What the log sees of the broker. */
  hooks(): Hooks {
    return {
      connected: ({ clientId, address, listener = null, username }, { version }, keepAlive, session) =>
        this.add(clientId, { kind: 'connected', address, listener, version, username, keepAlive, session }),
      closed: ({ clientId, address, listener = null }, cause, isAccepted) => {
        // Without a CONNECT it is not known who it was.
        if (clientId === '') return
        if (isAccepted) {
          this.add(clientId, { kind: 'disconnected', address, ...described(cause) })
          if (cause.by === 'broker' && cause.other) this.takenOver(clientId, address, cause.other.address)
        } else if (cause.by === 'broker') {
          const { reasonCode: code, reason } = cause
          this.add(clientId, { kind: 'refused', address, listener, code, reason })
        }
      },
      expired: (clientId) => this.add(clientId, { kind: 'expired' })
    }
  }

  /** As `clients.events` of the contract. */
  read(clientId: string | null, before: number | null, limit: number): ClientEvent[] {
    this.writeAll()
    return this.file.read(clientId, before, limit)
  }

  /** The last time that a client id connected. */
  lastConnected(clientId: string): Extract<ClientEvent, { kind: 'connected' }> | null {
    this.writeAll()
    const event = this.file.lastConnected(clientId)
    return event?.kind === 'connected' ? event : null
  }

  /** Writes what waits. */
  close(): void {
    this.writeAll()
    this.file.close()
  }

  private takenOver(clientId: string, from: string, to: string): void {
    const fight = this.fights.takenOver(clientId, from, to, this.clock.now())
    if (fight) this.add(clientId, { kind: 'fight', addresses: fight.addresses })
  }

  private add(clientId: string, details: EventDetails): void {
    this.waiting.push({ clientId, at: this.clock.now(), details })
    if (this.waiting.length > MOST_WAITING) this.waiting.shift()
    this.cancel ??= this.schedule(WRITE_AFTER)
  }

  private schedule(ms: number): () => void {
    return this.clock.after(ms, () => {
      this.write(AT_ONCE)
      this.cancel = this.waiting.length > 0 ? this.schedule(NEXT_AFTER) : null
    })
  }

  private writeAll(): void {
    this.cancel?.()
    this.cancel = null
    if (this.waiting.length > 0) this.write(MOST_WAITING)
  }

  private write(count: number): void {
    const events = this.waiting.splice(0, count)
    try {
      this.file.add(events)
    } catch (error) {
      this.file.close()
      this.file = this.inMemory(error as Error)
      this.file.add(events)
    }
  }

  private inMemory(fault: Error): EventFile {
    this.fault = fault.message
    return new EventFile(':memory:')
  }
}

function described(cause: CloseCause): {
  cause: DisconnectCause
  code: number | null
  reason: string
  other: string | null
} {
  switch (cause.by) {
    case 'client':
      return { cause: 'client', code: cause.reasonCode, reason: '', other: null }
    case 'network':
      return { cause: 'network', code: null, reason: '', other: null }
    case 'broker': {
      const { reasonCode: code, reason, other } = cause
      return { cause: causes[code] ?? 'error', code, reason, other: other?.address ?? null }
    }
  }
}
