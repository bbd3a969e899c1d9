import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { generate, parser, type IAuthPacket, type IConnectPacket, type Packet } from 'mqtt-packet'
import type { ScramMethod } from '../../shared/contract/profiles'

const names: Record<string, [string, number]> = {
  'SCRAM-SHA-1': ['sha1', 20],
  'SCRAM-SHA-256': ['sha256', 32],
  'SCRAM-SHA-512': ['sha512', 64]
}
const version5 = { protocolVersion: 5 } as const

/** What is wrong with a broker that speaks SCRAM. */
export type ScramFlaw =
  'signature' | 'noSignature' | 'atOnce' | 'nonce' | 'fewIterations' | 'manyIterations' | 'nonsense'

/** A broker that lets in who signs in by SCRAM as `ann` with a password, over real sockets. */
export class ScramBroker {
  readonly received: Packet[] = []
  private readonly sockets = new Set<Socket>()
  private server: Server | null = null

  constructor(
    private readonly password: string,
    private readonly flaw: ScramFlaw | null = null
  ) {}

  get port(): number {
    return (this.server!.address() as AddressInfo).port
  }

  async start(): Promise<void> {
    const server = createServer((socket) => this.serve(socket))
    this.server = server
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    await new Promise((resolve) => this.server!.close(resolve))
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket)
    socket.on('error', () => undefined)
    let first = ''
    let answer = ''
    let method: ScramMethod = 'SCRAM-SHA-1'
    const reader = parser(version5)
    reader.on('packet', (packet: Packet) => {
      this.received.push(packet)
      if (packet.cmd === 'connect') {
        if (packet.properties?.authenticationMethod === undefined) return
        method = packet.properties.authenticationMethod as ScramMethod
        first = dataOf(packet).slice('n,,'.length)
        const nonce = first.slice(first.indexOf('r=') + 2)
        const rounds = { fewIterations: 1, manyIterations: 2_000_000_000 }[this.flaw as string] ?? 4_096
        answer = `r=${this.flaw === 'nonce' ? '' : nonce}server,s=c2FsdHNhbHQ=,i=${rounds}`
        if (this.flaw === 'nonsense') answer = 'e=other-error'
        if (this.flaw === 'atOnce') this.accept(socket, method, 'v=AAAA')
        else this.send(socket, { cmd: 'auth', reasonCode: 0x18, properties: properties(method, answer) })
      } else if (packet.cmd === 'auth') this.check(socket, method, first, answer, dataOf(packet))
    })
    socket.on('data', (bytes) => reader.parse(bytes))
  }

  private check(socket: Socket, method: ScramMethod, first: string, answer: string, last: string): void {
    const [hash, bytes] = names[method]!
    const hmac = (key: Buffer, text: string): Buffer => createHmac(hash, key).update(text).digest()
    const salted = pbkdf2Sync(this.password, Buffer.from('saltsalt'), 4_096, bytes, hash)
    const [withoutProof, proof] = last.split(',p=') as [string, string]
    const message = `${first},${answer},${withoutProof}`
    const stored = createHash(hash).update(hmac(salted, 'Client Key')).digest()
    const signature = hmac(stored, message)
    const key = Buffer.from(proof, 'base64').map((byte, at) => byte ^ signature[at]!)
    const isRight = first.startsWith('n=ann,') && createHash(hash).update(key).digest().equals(stored)
    if (!isRight) {
      socket.end(generate({ cmd: 'connack', sessionPresent: false, reasonCode: 0x86 }, version5))
      return
    }
    const own = hmac(hmac(salted, 'Server Key'), message)
    if (this.flaw === 'signature') own[0]! ^= 1
    this.accept(socket, method, this.flaw === 'noSignature' ? null : `v=${own.toString('base64')}`)
  }

  private accept(socket: Socket, method: string, data: string | null): void {
    const more = data === null ? {} : { properties: properties(method, data) }
    socket.write(generate({ cmd: 'connack', sessionPresent: false, reasonCode: 0, ...more }, version5))
  }

  private send(socket: Socket, packet: IAuthPacket): void {
    socket.write(generate(packet, version5))
  }
}

function properties(method: string, data: string): NonNullable<IAuthPacket['properties']> {
  return { authenticationMethod: method, authenticationData: Buffer.from(data) }
}

function dataOf({ properties }: IConnectPacket | IAuthPacket): string {
  return properties!.authenticationData!.toString()
}
