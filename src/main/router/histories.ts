import type { Connections } from '../connection/connections'
import type { Recordings } from '../recordings/recordings'

/** Which file a history is in: a connection's, or a recording. */
export class Histories {
  constructor(
    private readonly connections: Pick<Connections, 'isOpen' | 'peer'>,
    private readonly recordings: Pick<Recordings, 'find' | 'pathOf'>,
    /** Where a profile's history is kept. */
    private readonly ofProfile: (profileId: string) => string
  ) {}

  isRecording(id: string): boolean {
    return this.recordings.find(id) !== null
  }

  pathOf(id: string): string {
    return this.recordings.pathOf(id) ?? this.ofProfile(id)
  }

  /** The path of a history. A connection first puts on disk what it has, so that a reader of the file sees it. */
  async settled(id: string): Promise<string> {
    if (this.connections.isOpen(id)) await this.connections.peer(id).call('settle', null)
    return this.pathOf(id)
  }
}
