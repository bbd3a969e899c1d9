import type { Sessions } from '../../core/sessions'
import type { LineWill } from './mqtt-line'
import { Topics } from './topics'

/** What the gateway keeps of a client as long as its session: topic ids, and the will (MQTT-SN 1.2, 6.3). */
export interface Memory {
  topics: Topics
  will: LineWill | null
}

/** Kept memories from which on those without a session are removed. */
const MANY = 1_000

/** The memories of clients that connect without CleanSession, in memory only: clients register again when an id is refused (6.6). */
export class Memories {
  private readonly byId = new Map<string, Memory>()

  constructor(
    private readonly sessions: Sessions,
    private readonly predefined: ReadonlyMap<number, string>
  ) {}

  /** Topic ids and will for a client that connects: what is kept of it, or nothing if it asks for a clean session or has none. */
  open(clientId: string, cleanSession: boolean): Memory {
    const kept = this.byId.get(clientId)
    if (kept && !cleanSession && this.sessions.find(clientId)) {
      kept.topics.reconnected()
      return kept
    }
    const memory: Memory = { topics: new Topics(this.predefined), will: null }
    this.byId.delete(clientId)
    if (cleanSession) return memory
    if (this.byId.size >= MANY) this.tidy()
    this.byId.set(clientId, memory)
    return memory
  }

  private tidy(): void {
    for (const clientId of this.byId.keys()) if (!this.sessions.find(clientId)) this.byId.delete(clientId)
  }
}
