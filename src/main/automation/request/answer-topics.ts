import { FIRST_FAILURE } from '../../../shared/mqtt-codes'
import { AppError } from '../../../shared/errors'
import type { Qos } from '../../../shared/message'
import { filterMatches } from '../../../shared/topic'
import type { Client } from '../../mqtt/client'
import type { ReconnectingClient } from '../../mqtt/reconnecting-client'

interface Listening {
  client: Client
  uses: number
  ready: Promise<void>
}

/** The subscriptions to topics of answers that last as long as somebody waits. Those of the user are used, and left alone. */
export class AnswerTopics {
  private readonly listening = new Map<string, Listening>()

  /** Of connections that were lost. The broker may have kept them in its session. */
  private readonly stale = new Set<string>()

  constructor(private readonly reconnecting: ReconnectingClient) {
    reconnecting.on('status', () => this.forgetStale())
  }

  /** Resolves once messages on the topic arrive, to what ends that. Throws NOT_CONNECTED, and SUBSCRIBE_REFUSED. */
  async listen(client: Client, topic: string, qos: Qos): Promise<() => void> {
    if (this.isSubscribed(topic)) return () => undefined
    const known = this.listening.get(topic)
    const entry =
      known?.client === client ? known : { client, uses: 0, ready: this.subscribe(client, topic, qos) }
    this.listening.set(topic, entry)
    entry.uses++
    const release = (): void => {
      if (--entry.uses > 0) return
      if (this.listening.get(topic) === entry) this.listening.delete(topic)
      this.stale.add(topic)
      this.forgetStale()
    }
    try {
      await entry.ready
    } catch (error) {
      release()
      throw error
    }
    return release
  }

  private forgetStale(): void {
    const client = this.reconnecting.current
    if (!client) return
    for (const topic of this.stale) {
      this.stale.delete(topic)
      // The user may have subscribed to the same topic meanwhile.
      const isWanted = this.reconnecting.status.subscriptions.some(({ filter }) => filter === topic)
      if (!isWanted && !this.listening.has(topic)) client.unsubscribe(topic).catch(() => undefined)
    }
  }

  /** Another subscription brings the topic's messages already. With a second one, some brokers would deliver them twice. */
  private isSubscribed(topic: string): boolean {
    return this.reconnecting.status.subscriptions.some(
      ({ filter, code, noLocal }) =>
        code !== null &&
        code < FIRST_FAILURE &&
        noLocal !== true &&
        !filter.startsWith('$share/') &&
        filterMatches(filter, topic)
    )
  }

  private async subscribe(client: Client, filter: string, qos: Qos): Promise<void> {
    const { code, reasonString } = await client.subscribe({
      filter,
      qos,
      // Retained messages are no answers.
      ...(client.version === 5 && { retainHandling: 2 as const })
    })
    if (code !== null && code >= FIRST_FAILURE)
      throw new AppError('SUBSCRIBE_REFUSED', {
        filter,
        reasonCode: code,
        reasonString,
        version: client.version
      })
  }
}
