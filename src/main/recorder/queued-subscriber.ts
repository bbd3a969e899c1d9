import type { RecordedMessage } from './message'
import type { Subscriber } from './message-stream'

/** Consumes some messages and settles when done. If it rejects, those messages count as missed. */
type Consume = (messages: readonly RecordedMessage[]) => Promise<void>

/** How much may wait for a slow subscriber. */
export interface QueueLimits {
  messages: number
  /** Payload bytes. */
  bytes: number
}

/**
 * Lets a slow or asynchronous subscriber follow the stream: messages wait in a queue, and it gets all waiting ones at once. If the queue
 * is full, new messages are dropped and counted; recording never waits.
 */
export class QueuedSubscriber implements Subscriber {
  /** Messages dropped because the queue was full or the consumer failed. */
  missed = 0
  private waiting: RecordedMessage[] = []
  private bytes = 0
  private busy = false

  constructor(
    readonly name: string,
    private readonly consume: Consume,
    private readonly limits: QueueLimits
  ) {}

  message(message: RecordedMessage): void {
    const { messages, bytes } = this.limits
    if (this.waiting.length >= messages || this.bytes + message.payload.length > bytes) {
      this.missed++
      return
    }
    // Copy it: a slice would keep the socket's whole buffer alive.
    this.waiting.push({ ...message, payload: Buffer.from(message.payload) })
    this.bytes += message.payload.length
    if (!this.busy) void this.work()
  }

  private async work(): Promise<void> {
    this.busy = true
    // Wait for the rest of the burst.
    await Promise.resolve()
    while (this.waiting.length > 0) {
      const messages = this.waiting
      this.waiting = []
      this.bytes = 0
      try {
        await this.consume(messages)
      } catch {
        this.missed += messages.length
      }
    }
    this.busy = false
  }
}
