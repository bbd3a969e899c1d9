import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'

/**
 * A stream over a socket that is still being opened. What is written waits until then. `open` begins at once, and must end when its signal
 * aborts.
 */
export class TunnelStream extends Duplex {
  private socket: Socket | null = null
  private readonly aborting = new AbortController()
  private readonly opening: Promise<Socket>

  constructor(open: (signal: AbortSignal) => Promise<Socket>) {
    super({ allowHalfOpen: false })
    this.opening = open(this.aborting.signal)
    // Prevent an unhandled rejection before the stream waits for it.
    this.opening.catch(() => undefined)
  }

  override _construct(done: (error?: Error | null) => void): void {
    this.opening.then(
      (socket) => {
        this.follow(socket)
        done()
      },
      (error: Error) => done(this.aborting.signal.aborted ? null : error)
    )
  }

  override _read(): void {
    this.socket?.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    // What the other side closed takes no more; its end has been read, or is about to be.
    if (this.socket?.destroyed) done()
    else this.socket?.write(chunk, done)
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.socket?.cork()
    const last = chunks.length - 1
    for (const [index, { chunk }] of chunks.entries())
      this._write(chunk, 'utf8', index === last ? done : () => undefined)
    this.socket?.uncork()
  }

  override _final(done: (error?: Error | null) => void): void {
    if (this.socket && !this.socket.destroyed) this.socket.end(() => done())
    else done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.socket?.destroy()
    done(error)
  }

  override destroy(error?: Error): this {
    this.aborting.abort(error)
    return super.destroy(error)
  }

  private follow(socket: Socket): void {
    this.socket = socket
    if (this.aborting.signal.aborted) socket.destroy()
    socket.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) socket.pause()
    })
    socket.on('end', () => this.push(null))
    socket.on('error', (error) => this.destroy(error))
    socket.on('close', () => {
      if (!socket.readableEnded) this.destroy()
    })
  }
}
