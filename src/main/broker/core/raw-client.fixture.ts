import { duplexPair, type Duplex } from 'node:stream'
import type { Broker } from './broker'

/** A client in memory that writes bytes as they are. */
export class RawClient {
  readonly stream: Duplex
  private readonly chunks: Buffer[] = []

  constructor(broker: Broker) {
    const [ours, theirs] = duplexPair()
    this.stream = ours
    ours.on('data', (chunk: Buffer) => this.chunks.push(chunk))
    ours.on('error', () => undefined)
    broker.accept(theirs)
  }

  write(bytes: Uint8Array | string): void {
    if (this.stream.writable)
      this.stream.write(typeof bytes === 'string' ? Buffer.from(bytes.replaceAll(' ', ''), 'hex') : bytes)
  }

  /** Everything that the broker has sent. */
  get received(): Buffer {
    return Buffer.concat(this.chunks)
  }

  /** What the broker has sent since the last call, in hex. */
  take(): string {
    return Buffer.concat(this.chunks.splice(0)).toString('hex')
  }

  /** The broker has ended the connection. */
  get isOver(): boolean {
    return this.stream.readableEnded || this.stream.destroyed
  }
}
