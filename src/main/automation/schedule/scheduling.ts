import type { SchedulePlan } from '../../../shared/schedule'
import { outgoingProperties } from '../../mqtt/outgoing-properties'
import type { ReconnectingClient } from '../../mqtt/reconnecting-client'
import { outletOf } from '../replay/outlet'
import { SchedulePlayer, type PlayerStatus, type ScheduledMessage } from './player'

/** Minimum interval between two reports of a schedule, in ms. */
const TELL_EVERY = 200

interface Around {
  /** Expands the next message of a schedule. */
  next(id: string): Promise<ScheduledMessage>
  tell(status: PlayerStatus & { id: string }): void
}

/**
 * The schedules of one connection, in its worker: where the client is, a message leaves when it is due, whatever the main thread does
 * meanwhile. What a message consists of is known there, when it is due.
 */
export class Scheduling {
  private readonly running = new Map<string, AbortController>()

  constructor(
    private readonly client: ReconnectingClient,
    private readonly around: Around
  ) {}

  /** Throws NOT_CONNECTED. */
  start({ id, plan }: { id: string; plan: SchedulePlan }): void {
    // Throws unless the broker accepts messages now.
    void this.client.connected
    const outlet = outletOf(this.client)
    const player = new SchedulePlayer(plan, () => this.around.next(id), {
      get isOnline() {
        return outlet.isOnline
      },
      get receiveMaximum() {
        return outlet.receiveMaximum
      },
      online: (signal) => outlet.online(signal),
      publish: ({ topic, payload, qos, retain, properties }) =>
        outlet.send(topic, Buffer.from(payload), qos, retain, properties && outgoingProperties(properties))
    })
    const controller = new AbortController()
    this.running.set(id, controller)
    void this.play(id, player, controller.signal)
  }

  stop({ id }: { id: string }): void {
    this.running.get(id)?.abort('stopped')
  }

  /** The connection is being closed. */
  async end(): Promise<void> {
    for (const controller of this.running.values()) controller.abort('connection')
    // Their reports are sent once they have noticed.
    await new Promise(setImmediate)
  }

  private async play(id: string, player: SchedulePlayer, signal: AbortSignal): Promise<void> {
    let told = ''
    const tell = (): void => {
      const { status } = player
      const text = JSON.stringify({ ...status, rate: null })
      if (text === told) return
      told = text
      this.around.tell({ ...status, id })
    }
    const timer = setInterval(tell, TELL_EVERY)
    player.on('changed', tell)
    await player.play(signal)
    clearInterval(timer)
    this.running.delete(id)
    tell()
  }
}
