import { connect, type Socket } from 'node:net'
import { LoopbackServer } from './loopback-server.fixture'

/** How a proxy behaves. */
export interface ProxyOptions {
  kind: 'http' | 'socks5'
  /** `user:password`; absent: no login. */
  login?: string
  /** Instead of a tunnel: an HTTP status or a reply of SOCKS5, no answer at all, bytes that are no answer, or the end. */
  answer?: number | 'silent' | 'garbage' | 'close'
  /** Names that only this proxy knows, and their addresses. */
  hosts?: Readonly<Record<string, string>>
}

/** A real proxy on a loopback port. */
export class TestProxy extends LoopbackServer {
  /** What was asked for, as `host:port`. */
  readonly targets: string[] = []
  /** Bytes that passed it, in both directions. */
  carried = 0

  constructor(private readonly options: ProxyOptions) {
    super()
  }

  protected serve(socket: Socket): void {
    const { answer, kind } = this.options
    // What is not read would hide that the client has left.
    if (answer === 'silent') return void socket.resume()
    if (answer === 'garbage') return void socket.write('\x00\x17nonsense\r\n\r\n')
    socket.once('data', (bytes) => {
      if (answer === 'close') socket.end()
      else if (kind === 'http') this.http(socket, bytes.toString())
      else this.socks(socket, bytes)
    })
  }

  private http(socket: Socket, asked: string): void {
    const target = /^CONNECT (\S+) HTTP\/1\.1\r\n/.exec(asked)?.[1] ?? ''
    this.targets.push(target)
    const { login, answer } = this.options
    const given = /^proxy-authorization: Basic (\S+)\r?$/im.exec(asked)?.[1] ?? ''
    const isAllowed = login === undefined || Buffer.from(given, 'base64').toString() === login
    const status = isAllowed ? answer : 407
    if (typeof status === 'number') {
      socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 2\r\n\r\nno`)
      return
    }
    const [, host, port] = /^\[?(.*?)\]?:(\d+)$/.exec(target)!
    this.tunnel(socket, host!, Number(port), () => socket.write('HTTP/1.1 200 Connected\r\n\r\n'))
  }

  /** RFC 1928, RFC 1929 */
  private socks(socket: Socket, greeting: Buffer): void {
    const { login } = this.options
    const method = login === undefined ? 0 : 2
    if (!greeting.subarray(2).includes(method)) {
      socket.end(Buffer.of(5, 0xff))
      return
    }
    socket.write(Buffer.of(5, method))
    if (login === undefined) socket.once('data', (bytes) => this.socksRequest(socket, bytes))
    else
      socket.once('data', (bytes) => {
        const user = bytes.subarray(2, 2 + bytes[1]!)
        const given = `${user.toString()}:${bytes.subarray(3 + user.length).toString()}`
        socket.write(Buffer.of(1, given === login ? 0 : 1))
        if (given === login) socket.once('data', (next) => this.socksRequest(socket, next))
      })
  }

  private socksRequest(socket: Socket, asked: Buffer): void {
    const isName = asked[3] === 3
    const host = isName ? asked.subarray(5, 5 + asked[4]!).toString() : asked.subarray(4, 8).join('.')
    const port = asked.readUInt16BE(asked.length - 2)
    this.targets.push(`${host}:${port}`)
    const reply = (code: number): Buffer => Buffer.of(5, code, 0, 1, 0, 0, 0, 0, 0, 0)
    const { answer } = this.options
    if (typeof answer === 'number') socket.end(reply(answer))
    else this.tunnel(socket, host, port, () => socket.write(reply(0)))
  }

  private tunnel(socket: Socket, host: string, port: number, opened: () => void): void {
    const onward = connect(port, this.options.hosts?.[host] ?? host, opened)
    onward.on('error', () => socket.destroy())
    onward.on('close', () => socket.destroy())
    socket.on('close', () => onward.destroy())
    for (const [from, to] of [
      [socket, onward],
      [onward, socket]
    ] as const) {
      from.on('data', (bytes: Buffer) => (this.carried += bytes.length))
      from.pipe(to)
    }
  }
}
