import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Packet } from 'mqtt-packet'
import { temporaryFolder } from '../../history/fixture'
import { Broker, type BrokerOptions } from '../core/broker'
import { HandClock } from '../core/hand-clock.fixture'
import { PacketClient } from '../core/packet-client.fixture'
import { SqliteStore } from './sqlite-store'

/** A subscription to everything. */
export const ALL: Packet = { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: '#', qos: 2 }] }

/** A broker with a file, which ends and starts again on it. */
export class Place {
  readonly clock = new HandClock()
  readonly failures: Error[] = []
  broker: Broker

  constructor(
    public path = join(temporaryFolder(), 'broker.db'),
    private readonly options: BrokerOptions = {}
  ) {
    this.broker = this.open()
  }

  client(): PacketClient {
    return new PacketClient(this.broker, this.clock)
  }

  async restart(): Promise<void> {
    this.broker.close()
    await this.clock.settle()
    this.broker = this.open()
  }

  /** As after `kill -9`: what was committed is in the file, and nothing is said about the clients' ends. */
  async kill(change: (database: Database.Database) => void = () => undefined): Promise<void> {
    const copy = join(temporaryFolder(), 'killed.db')
    const database = new Database(this.path)
    await database.backup(copy)
    database.close()
    this.broker.close()
    await this.clock.settle()
    const killed = new Database(copy)
    change(killed)
    killed.close()
    this.path = copy
    this.broker = this.open()
  }

  private open(): Broker {
    return new Broker({
      ...this.options,
      clock: this.clock,
      store: new SqliteStore(this.path),
      onStoreFailure: (error) => this.failures.push(error)
    })
  }
}

/** A kept session of `s` that is subscribed to everything, and a publisher. */
export async function subscribed(
  place: Place,
  receiveMaximum = 100
): Promise<{ s: PacketClient; p: PacketClient }> {
  const s = place.client()
  await s.connect('s', { properties: { sessionExpiryInterval: 0xffffffff, receiveMaximum } })
  await s.ask(ALL)
  const p = place.client()
  await p.connect('p', { clean: true, properties: {} })
  return { s, p }
}
