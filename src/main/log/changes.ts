import type { BrokerStatus } from '../../shared/contract/broker'
import type { ConnectionStatus } from '../../shared/contract/connections'
import type { Log } from './log'

/** Logs state changes of connections (by profile id) and of the broker, each once. */
export class Changes {
  private readonly connections = new Map<string, string>()
  private readonly unrecorded = new Set<string>()
  private broker = 'stopped'

  constructor(private readonly log: Log) {}

  connection({
    id,
    state,
    address,
    version,
    attempts,
    fault,
    recordingFault,
    setAside
  }: ConnectionStatus): void {
    const now = JSON.stringify([state, fault])
    // Repeated attempts with the same fault produce one line, and the next success another.
    if (this.connections.get(id) !== now) {
      this.connections.set(id, now)
      const level = fault ? 'warn' : 'info'
      this.log[level](() => `connection ${id} ${state}`, {
        address,
        version,
        attempts,
        ...(fault && { fault })
      })
    }
    if (recordingFault && !this.unrecorded.has(id)) {
      this.unrecorded.add(id)
      this.log.error(() => `connection ${id} is not recorded`, { ...recordingFault, setAside })
    } else if (!recordingFault && this.unrecorded.delete(id)) {
      this.log.info(() => `connection ${id} is recorded again`, { setAside })
    }
  }

  closed(id: string): void {
    this.connections.delete(id)
    this.unrecorded.delete(id)
    this.log.info(() => `connection ${id} closed`)
  }

  brokerIs(status: BrokerStatus): void {
    const now = status.state === 'running' ? `running on ${status.host}:${status.port}` : status.state
    if (now === this.broker) return
    this.broker = now
    this.log.info(() => `broker ${now}`)
  }
}
