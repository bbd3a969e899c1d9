import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** A server on a free port of the loopback interface, which can be stopped with all its connections. */
export abstract class LoopbackServer {
  private readonly sockets = new Set<Socket>()
  private server: Server | null = null

  protected abstract serve(socket: Socket): void

  get port(): number {
    return (this.server!.address() as AddressInfo).port
  }

  /** How many connections to it are open. */
  get open(): number {
    return this.sockets.size
  }

  async start(): Promise<void> {
    const server = createServer((socket) => {
      this.sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => this.sockets.delete(socket))
      this.serve(socket)
    })
    this.server = server
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    await new Promise((resolve) => this.server!.close(resolve))
  }
}
