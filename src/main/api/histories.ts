import type { ConnectionService } from '../connection/service'
import type { Recordings } from '../recordings/recordings'

/** What is read from: the histories of connections, and recordings, by the one kind of id that calls name them with. */
export class Histories {
  constructor(
    private readonly connections: ConnectionService,
    private readonly recordings: Recordings,
    /** Where a profile's history is kept. */
    private readonly ofProfile: (profileId: string) => string
  ) {}

  /** A history that nothing comes to any more. */
  isRecording(id: string): boolean {
    return this.recordings.find(id) !== null
  }

  /** The time (µs) that stands for now: a recording's last message; null where it goes on. */
  endOf(id: string): number | null {
    return this.recordings.find(id)?.ends?.last.at ?? null
  }

  pathOf(id: string): string {
    return this.recordings.pathOf(id) ?? this.ofProfile(id)
  }

  /** The path of a history whose last messages are on disk, where its reader sees them. */
  async settled(id: string): Promise<string> {
    if (this.connections.isOpen(id)) await this.connections.peer(id).call('settle', null)
    return this.pathOf(id)
  }
}
