import type { HistoryRef } from '../../shared/contract/histories'
import type { Connections } from '../connection/connections'
import type { Recordings } from '../recordings/recordings'

/** Finds the file of a history: a connection's, or a recording. */
export class Histories {
  constructor(
    private readonly connections: Pick<Connections, 'isOpen' | 'peer'>,
    private readonly recordings: Pick<Recordings, 'pathOf'>,
    /** The path of a profile's history. */
    private readonly ofProfile: (profileId: string) => string
  ) {}

  /** Throws NOT_FOUND for a recording that is not open. */
  pathOf({ kind, id }: HistoryRef): string {
    return kind === 'connection' ? this.ofProfile(id) : this.recordings.pathOf(id)
  }

  /** Returns the path of a history. An open connection flushes first, so that a reader of the file sees all messages. */
  async settled(history: HistoryRef): Promise<string> {
    const { kind, id } = history
    if (kind === 'connection' && this.connections.isOpen(id))
      await this.connections.peer(id).call('settle', null)
    return this.pathOf(history)
  }
}
