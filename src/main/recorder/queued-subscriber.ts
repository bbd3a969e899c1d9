import type { RecordedMessage } from './message'
import type { Subscriber } from './message-stream'

/** Takes some messages, and settles when it has. A rejection costs those messages. */
type Consume = (messages: readonly RecordedMessage[]) => Promise<void>

/** What waits at most for a slow subscriber. */
export interface QueueLimits {
  messages: number
  /** Bytes of payloads. */
  bytes: number
}

/**
 * Lets a slow or asynchronous subscriber follow the stream: messages wait for it in a queue, and it gets all that wait at once. Where the
 * queue is full, the newest messages are left out and counted: recording never waits.
 */
export class QueuedSubscriber implements Subscriber {
  /** Messages that were left out because the queue was full, or that the consumer failed on. */
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
    // A slice would keep the whole buffer of its socket.
    this.waiting.push({ ...message, payload: Buffer.from(message.payload) })
    this.bytes += message.payload.length
    if (!this.busy) void this.work()
  }

  private async work(): Promise<void> {
    this.busy = true
    // The rest of the burst comes along.
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
