import type { Job } from '../../../shared/contract/jobs'
import type { ReplayOptions, ReplayStatus } from '../../../shared/contract/replay'
import type { Jobs, RunningJob } from '../../jobs/jobs'
import type { ReconnectingClient } from '../../mqtt/reconnecting-client'
import type { ReplayPage } from './message'
import { outletOf } from './outlet'
import { Player } from './player'

/** Minimum interval between two reports of a replay, in ms. */
const TELL_EVERY = 200

interface Around {
  /** Reads the next messages of a replay. */
  page(id: string): Promise<ReplayPage>
  tell(status: ReplayStatus): void
}

/**
 * The replays into one connection, in its worker: a message is due within a few ms, and the client that publishes it is here. Another
 * thread would have to send each message to this one, when this one has time for it.
 */
export class Replaying {
  private readonly players = new Map<string, Player>()

  constructor(
    private readonly jobs: Jobs,
    private readonly client: ReconnectingClient,
    private readonly around: Around
  ) {}

  /** Throws NOT_CONNECTED. */
  start({ id, source, options }: { id: string; source: string; options: ReplayOptions }): Job {
    // Throws unless the broker accepts messages now.
    void this.client.connected
    const player = new Player(options, () => this.around.page(id), outletOf(this.client))
    const job = this.jobs.start('replay', (running) => this.play(running, player, source), {
      ended: () => this.players.delete(job.id)
    })
    this.players.set(job.id, player)
    return job
  }

  control({ id, action }: { id: string; action: 'pause' | 'resume' | 'step' }): void {
    this.players.get(id)?.control(action)
  }

  stop(): void {
    for (const id of this.players.keys()) this.jobs.cancel(id)
  }

  private async play({ id, signal, report }: RunningJob, player: Player, source: string): Promise<null> {
    let told = ''
    const tell = (): void => {
      const { status } = player
      // To the tenth of a second, so that a replay that waits is not reported again and again.
      const text = JSON.stringify({ ...status, next: status.next && Math.round(status.next / 100) })
      if (text === told) return
      told = text
      const { id: connection, name } = this.client.status
      report({ messages: status.sent, progress: status.share })
      this.around.tell({ ...status, id, source, target: { id: connection, name } })
    }
    const timer = setInterval(tell, TELL_EVERY)
    player.on('changed', tell)
    try {
      await player.play(signal)
      return null
    } finally {
      clearInterval(timer)
    }
  }
}
