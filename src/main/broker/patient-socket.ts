import type { Socket } from 'node:net'
import { Readable } from 'node:stream'

/** Bytes that may wait for the broker before the far side is slowed down. */
const READ_AHEAD = 1024 * 1024
/** Bytes that the broker reads at once, except of a larger packet. */
export const READ_AT_ONCE = 16 * 1024
/** Once the far side is gone: how often to check whether the broker has taken in everything, and for how long at most, in ms. */
const ASK_EVERY = 5
const ASK_FOR_AT_MOST = 30_000

/**
 * A socket that delivers all received data before it reports that the far side is gone. A client that sends and exits at once, as in
 * tutorials, resets its connection while its messages are still unread; Node would drop them with the socket. Once the far side is gone,
 * writes succeed without effect, so that the broker still reaches the messages behind a CONNECT whose CONNACK cannot be delivered.
 *
 * Reads go through this stream; writes go straight to the socket.
 */
export class PatientSocket extends Readable {
  private farSideGone = false

  constructor(private readonly socket: Socket) {
    super({ highWaterMark: READ_AHEAD })
    this.farAddress = addressOf(socket)
    socket.setNoDelay(true)
    socket.on('data', (chunk) => {
      if (!this.push(chunk)) socket.pause()
    })
    socket.on('drain', () => this.emit('drain'))
    const gone = (): void => this.gone()
    socket.on('end', gone)
    socket.on('error', gone)
    socket.on('close', gone)
  }

  /** Whether the reader has taken in everything received. Set by the reader. */
  takenIn: () => boolean = () => true

  /** Whether the last read ended within a packet that is larger than one read. Set by the reader. */
  inLargePacket: () => boolean = () => false

  /** `address:port` of the far side. */
  readonly farAddress: string

  write(chunk: Uint8Array | string, ...rest: unknown[]): boolean {
    if (this.farSideGone) {
      const done = rest.at(-1)
      if (typeof done === 'function') setImmediate(done as () => void)
      return true
    }
    return this.socket.write(chunk, ...(rest as []))
  }

  cork(): void {
    this.socket.cork()
  }

  uncork(): void {
    this.socket.uncork()
  }

  /** Returns a little at a time, however much is waiting: aedes queues all the messages of one read, and a long queue is slow. */
  override read(size?: number): unknown {
    const part = this.inLargePacket() ? this.readableLength : Math.min(this.readableLength, READ_AT_ONCE)
    const chunk: unknown = super.read(size ?? part)
    // Node emits `readable` only once: a reader that got only part of a packet would wait forever for the next one.
    if (this.readableLength > 0)
      setImmediate(() => {
        if (this.readableLength > 0 && this.inLargePacket()) this.emit('readable')
      })
    return chunk
  }

  override _read(): void {
    if (!this.farSideGone) this.socket.resume()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    // Send what was written, but for at most 500 ms.
    this.socket.end()
    setTimeout(() => this.socket.destroy(), 500).unref()
    done(error)
  }

  private gone(): void {
    if (this.farSideGone) return
    this.farSideGone = true
    // Writers waiting for the far side can continue.
    this.emit('drain')
    const until = Date.now() + ASK_FOR_AT_MOST
    const ask = (): void => {
      if (this.destroyed) return
      if ((this.readableLength === 0 && this.takenIn()) || Date.now() > until) this.push(null)
      else setTimeout(ask, ASK_EVERY)
    }
    setImmediate(ask)
  }
}

function addressOf({ remoteAddress, remotePort }: Socket): string {
  const address = remoteAddress?.replace(/^::ffff:/, '') ?? ''
  return address.includes(':') ? `[${address}]:${remotePort}` : `${address}:${remotePort}`
}
