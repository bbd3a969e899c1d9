import { connect as connectTcp, type Socket } from 'node:net'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect as connectTls } from 'node:tls'
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import { generate } from 'mqtt-packet'
import type { Duplex } from 'node:stream'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { temporaryFolder } from '../../profiles/temporary.fixture'
import { makeCertificate } from '../certificate'
import { Broker, type BrokerOptions } from '../core/broker'
import { listen, type Listener, type OpenListener } from './listen'

export type NetworkKind = Exclude<Listener['kind'], 'pipe'>

const schemes = { tcp: 'mqtt', tls: 'mqtts', ws: 'ws', wss: 'wss' } as const

/** A connection to write bytes to. */
export interface Line {
  /** Below WebSocket, if the listener speaks that. */
  socket: Socket
  /** Calls back when the system has taken the bytes. */
  write(bytes: Buffer, done?: () => void): void
  end(): void
  reset(): void
}

/** A broker with one listener, and clients of it. Everything ends with the test. */
export interface Setup {
  broker: Broker
  listener: OpenListener
  /** The CA's certificate as PEM; empty without TLS. */
  ca: string
  client(options?: IClientOptions): Promise<MqttClient>
  /** A connection without a client. */
  line(): Promise<Line>
}

export async function setup(kind: NetworkKind, options: BrokerOptions = {}): Promise<Setup> {
  const broker = new Broker(options)
  const place = { host: '127.0.0.1', port: 0 }
  let ca = ''
  let listener: OpenListener
  if (kind === 'tls' || kind === 'wss') {
    const files = await makeCertificate(temporaryFolder())
    const [cert, key] = [readFileSync(files.cert, 'utf8'), readFileSync(files.key, 'utf8')]
    ca = readFileSync(files.ca, 'utf8')
    listener = await listen(broker, { kind, ...place, cert, key })
  } else listener = await listen(broker, { kind, ...place })
  onTestFinished(async () => {
    broker.close()
    await listener.close()
  })
  const { port } = listener
  return {
    broker,
    listener,
    ca,
    async client(clientOptions = {}) {
      const client = await mqtt.connectAsync(`${schemes[kind]}://127.0.0.1:${port}/any/path`, {
        protocolVersion: 5,
        reconnectPeriod: 0,
        ca,
        ...clientOptions
      })
      onTestFinished(() => void client.end(true))
      return client
    },
    async line() {
      const raw = connectTcp({ port, host: '127.0.0.1', noDelay: true })
      onTestFinished(() => void raw.destroy())
      raw.on('error', () => undefined)
      const socket = ca ? connectTls({ socket: raw, ca, servername: 'localhost' }) : raw
      socket.on('error', () => undefined)
      await once(socket, ca ? 'secureConnect' : 'connect')
      const reset = (): void => void raw.resetAndDestroy()
      if (kind === 'tcp' || kind === 'tls')
        return {
          socket,
          reset,
          write: (bytes, done) => void socket.write(bytes, done),
          end: () => void socket.end()
        }
      const client = new WebSocket(`ws://127.0.0.1:${port}/`, 'mqtt', { createConnection: () => socket })
      client.on('error', () => undefined)
      await once(client, 'open')
      return { socket, reset, write: (bytes, done) => client.send(bytes, done), end: () => client.close() }
    }
  }
}

/** The broker's socket of a connection, below WebSocket if it speaks that. */
export function socketBelow(stream: Duplex): Duplex {
  const { socket } = stream as unknown as { socket?: { _socket: Duplex } }
  return socket?._socket ?? stream
}

/** A CONNECT and `count` messages, as bytes. */
export function hello(clientId: string, count: number): Buffer {
  const connect = generate({
    cmd: 'connect',
    clientId,
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    keepalive: 600
  })
  return Buffer.concat([connect, messages(clientId, count)])
}

/** `count` messages for the topic `test`, with the client id and a number as payload. */
export function messages(clientId: string, count: number): Buffer {
  const packets = Array.from({ length: count }, (_, index) =>
    generate({
      cmd: 'publish',
      topic: 'test',
      payload: `${clientId} ${index}`,
      qos: 0,
      retain: false,
      dup: false
    })
  )
  return Buffer.concat(packets)
}
