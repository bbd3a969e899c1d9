import type { Burst, FirehoseNews, Sent, Stream } from './firehose-protocol.ts'
import { Program } from './program'

/** The other side of a connection that is measured: sends one message a topic, round and round, from a process of its own. */
export class Firehose {
  port = 0
  private readonly program

  constructor(stream: Stream) {
    this.program = new Program<FirehoseNews>('firehose', stream)
  }

  /** Waits until it listens. */
  async start(): Promise<void> {
    const { port } = await this.program.hear('listening')
    this.port = port
  }

  /** Waits until a client has subscribed. */
  async subscribed(): Promise<void> {
    await this.program.hear('subscribed')
  }

  /** Sends, and waits until all of it has been taken in. */
  async send(burst: Burst): Promise<Sent> {
    this.program.tell(burst)
    const { result } = await this.program.hear('done')
    return result
  }

  stop(): Promise<void> {
    return this.program.stop()
  }
}

/** A firehose that listens. */
export async function startFirehose(stream: Stream): Promise<Firehose> {
  const firehose = new Firehose(stream)
  await firehose.start()
  return firehose
}
