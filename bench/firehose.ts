import type { Burst, FirehoseNews, Sent, Stream } from './firehose-protocol.ts'
import { Program } from './program'

/** The other end of a measured connection: sends one message per topic, over and over, from a separate process. */
export class Firehose {
  port = 0
  private readonly program

  constructor(stream: Stream) {
    this.program = new Program<FirehoseNews>('firehose', stream)
  }

  /** Waits until it is listening. */
  async start(): Promise<void> {
    const { port } = await this.program.hear('listening')
    this.port = port
  }

  /** Waits until a client has subscribed. */
  async subscribed(): Promise<void> {
    await this.program.hear('subscribed')
  }

  /** Sends a burst, and waits until all of it has been taken in. */
  async send(burst: Burst): Promise<Sent> {
    this.program.tell(burst)
    const { result } = await this.program.hear('done')
    return result
  }

  stop(): Promise<void> {
    return this.program.stop()
  }
}

/** Starts a firehose that is listening. */
export async function startFirehose(stream: Stream): Promise<Firehose> {
  const firehose = new Firehose(stream)
  await firehose.start()
  return firehose
}
