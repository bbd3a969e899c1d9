import type { Socket } from 'node:net'
import { Readable } from 'node:stream'

/** How much may wait to be read by the broker before the far side is slowed, in bytes. */
const READ_AHEAD = 1024 * 1024
/** How much the broker reads at once, in bytes, but of a packet that is larger. */
export const READ_AT_ONCE = 16 * 1024
/** How often a socket whose far side is gone is asked whether the broker has taken everything in, and for how long at most, in ms. */
const ASK_EVERY = 5
const ASK_FOR_AT_MOST = 30_000

/**
 * A socket that delivers what was received before it says that the far side is gone. A client that sends and exits at once,
 * as tutorials do, resets its connection while its messages are unread here; Node would drop them with the socket. Writing to a far side that is
 * gone succeeds and goes nowhere, so that the broker gets to the messages behind a CONNECT that nobody waits to have answered.
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

  /** Whether everything that was received has been taken in. Whoever reads sets it. */
  takenIn: () => boolean = () => true

  /** Whether what was read last is a part of a packet that is larger than one read. Whoever reads sets it. */
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

  /** The broker gets a little at a time, however much waits: aedes queues all the messages of one read, and its queue is slow when it is long. */
  override read(size?: number): unknown {
    const part = this.inLargePacket() ? this.readableLength : Math.min(this.readableLength, READ_AT_ONCE)
    const chunk: unknown = super.read(size ?? part)
    // Node announces what waits once: whoever got only a part of a packet would wait for another word.
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
    // What was written is sent, but nobody waits for it for ever.
    this.socket.end()
    setTimeout(() => this.socket.destroy(), 500).unref()
    done(error)
  }

  private gone(): void {
    if (this.farSideGone) return
    this.farSideGone = true
    // Whoever waits for the far side to read may go on.
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
