import { join } from 'node:path'
import mqtt, { type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt'
import { expect, onTestFinished, vi } from 'vitest'
import type { BridgeRule, BridgeStatus } from '../../shared/contract/bridge'
import { defaultProfile, type MqttVersion, type Profile } from '../../shared/contract/profiles'
import { BridgePeers, type BridgePeer } from '../broker/bridge-peers'
import { Broker, type BrokerOptions } from '../broker/core/broker'
import { listen, type OpenListener } from '../broker/listeners/listen'
import { SqliteStore } from '../broker/store/sqlite-store'
import { temporaryFolder } from '../profiles/temporary.fixture'
import { Bridge, type BridgeConfig } from './bridge'

export const WITHIN = { timeout: 20_000, interval: 5 }

/** A broker of ours on a port and a pipe, with its sessions on disk. */
export class Home {
  broker!: Broker
  port = 0
  readonly folder = temporaryFolder()
  readonly pipe = join(this.folder, 's')
  private open: OpenListener[] = []
  private peers!: BridgePeers
  /** Its bridges, as the main thread tells the broker. */
  private readonly bridges = new Map<string, BridgePeer>()

  constructor(
    readonly id = 'aaaaaaaa',
    private readonly options: BrokerOptions = {}
  ) {
    onTestFinished(() => this.stop())
  }

  /** Starts it, or starts it again on the same port. */
  async start(): Promise<this> {
    const broker = new Broker({ store: new SqliteStore(join(this.folder, 'broker.db')), ...this.options })
    this.broker = broker
    this.peers = new BridgePeers(broker, this.id)
    const pipe = await listen(broker, { kind: 'pipe', path: this.pipe })
    const tcp = await listen(broker, { kind: 'tcp', host: '127.0.0.1', port: this.port })
    this.open = [pipe, tcp]
    this.port = tcp.port
    return this
  }

  /** What the main thread does: tells the broker of a bridge that is online. */
  knows(bridge: Bridge): void {
    const tell = (): void => {
      this.bridges.set(bridge.id, bridge.peer)
      this.peers.set([...this.bridges.values()])
    }
    bridge.on('changed', tell)
    tell()
  }

  async stop(): Promise<void> {
    const { open } = this
    this.open = []
    if (open.length === 0) return
    this.broker.close()
    await Promise.all(open.map((each) => each.close()))
  }
}

export function profileAt(port: number, version: MqttVersion = 5): Profile {
  return {
    ...defaultProfile('person'),
    id: 'p',
    name: 'Plant',
    host: '127.0.0.1',
    port,
    version,
    connectTimeout: 2,
    reconnectPeriod: 0.05,
    secrets: { password: null, key: null }
  }
}

export function rule(change: Partial<BridgeRule> = {}): BridgeRule {
  return {
    direction: 'both',
    filter: '#',
    localPrefix: '',
    remotePrefix: '',
    qos: 2,
    retain: true,
    ...change
  }
}

/** A bridge from a broker of ours to a port; stopped when the test ends. */
export function bridgeFrom(
  home: Home,
  profile: Profile,
  rules: BridgeRule[] = [rule()],
  change: Partial<BridgeConfig> = {}
): Bridge {
  const { id: brokerId, pipe } = home
  const bridge = new Bridge({
    id: '000001',
    brokerId,
    rules,
    profile,
    secrets: { password: null, key: null },
    pipe,
    isFresh: true,
    ...change
  })
  onTestFinished(() => bridge.stop(false))
  home.knows(bridge)
  return bridge
}

export async function isIn(bridge: Bridge, state: BridgeStatus['state']): Promise<void> {
  await vi.waitFor(() => expect(bridge.status.state).toBe(state), WITHIN)
}

/** The bridge is online, and both its sides are subscribed. */
export async function begun(bridge: Bridge): Promise<void> {
  await bridge.start()
  await vi.waitFor(() => {
    expect(bridge.status.state).toBe('online')
    const { remote, local } = bridge.status
    for (const { code } of [...remote!.subscriptions, ...local!.subscriptions]) expect(code).toBeLessThan(3)
  }, WITHIN)
}

/** A person's client, subscribed to everything. */
export class Person {
  readonly got: { topic: string; payload: string; qos: number; retain: boolean; packet: IPublishPacket }[] =
    []
  private constructor(readonly client: MqttClient) {
    client.on('message', (topic, payload, packet) => {
      const { qos, retain } = packet
      if (!topic.startsWith('$SYS'))
        this.got.push({ topic, payload: payload.toString(), qos, retain, packet })
    })
  }

  static async at(port: number, options: IClientOptions = {}, filter = '#'): Promise<Person> {
    const client = await mqtt.connectAsync({
      host: '127.0.0.1',
      port,
      protocolVersion: 5,
      reconnectPeriod: 20,
      ...options
    })
    onTestFinished(() => void client.end(true))
    const person = new Person(client)
    await client.subscribeAsync(filter, options.protocolVersion === 4 ? { qos: 2 } : { qos: 2, rap: true })
    return person
  }

  async publish(topic: string, payload: string, qos: 0 | 1 | 2 = 1, retain = false): Promise<void> {
    await this.client.publishAsync(topic, payload, { qos, retain })
  }

  payloads(): string[] {
    return this.got.map(({ payload }) => payload)
  }

  async hears(...payloads: string[]): Promise<void> {
    await vi.waitFor(() => expect(this.payloads()).toEqual(expect.arrayContaining(payloads)), WITHIN)
  }
}
