import { duplexPair, type Duplex } from 'node:stream'
import type { Broker } from './broker'

/** A client in memory that writes bytes as they are. */
export class RawClient {
  readonly stream: Duplex
  /** Bytes that the broker has sent. */
  receivedBytes = 0
  private readonly chunks: Buffer[] = []

  constructor(broker: Broker, address = '') {
    const [ours, theirs] = duplexPair()
    this.stream = ours
    ours.on('data', (chunk: Buffer) => {
      this.receivedBytes += chunk.length
      this.chunks.push(chunk)
    })
    ours.on('error', () => undefined)
    broker.accept(theirs, address)
  }

  write(bytes: Uint8Array | string): void {
    if (this.stream.writable)
      this.stream.write(typeof bytes === 'string' ? Buffer.from(bytes.replaceAll(' ', ''), 'hex') : bytes)
  }

  /** What the broker has sent since the last `take`. */
  get received(): Buffer {
    return Buffer.concat(this.chunks)
  }

  /** The same in hex. It is forgotten. */
  take(): string {
    return Buffer.concat(this.chunks.splice(0)).toString('hex')
  }

  /** The broker has ended the connection. */
  get isOver(): boolean {
    return this.stream.readableEnded || this.stream.destroyed
  }
}
