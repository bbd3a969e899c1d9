import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { calls, type CallInput, type CallOutput, type CallsOf } from '../../../shared/contract'
import { temporaryFolder } from '../../history/fixture'
import { Broker, type BrokerOptions } from '../core/broker'
import { HandClock } from '../core/hand-clock.fixture'
import { PacketClient } from '../core/packet-client.fixture'
import { SqliteStore } from '../store/sqlite-store'
import { Inspector } from './inspector'

type Calls = ReturnType<Inspector['calls']>

/** A broker with somebody who looks into it; both may restart on their files. */
export class Inspected {
  readonly clock = new HandClock()
  readonly folder = temporaryFolder()
  broker!: Broker
  inspector!: Inspector
  private answers!: Calls

  /** `onDisk`: sessions and retained messages are kept, as events are. */
  constructor(
    private readonly onDisk = false,
    private readonly options: BrokerOptions = {}
  ) {
    this.start()
    onTestFinished(() => this.stop())
  }

  /** Calls as a page does: what goes in and comes out must be as the contract says. */
  async call<N extends keyof CallsOf<'broker'> & keyof Calls>(
    name: N,
    ...[input]: CallInput<N> extends void ? [] : [CallInput<N>]
  ): Promise<CallOutput<N>> {
    const { input: given, output } = calls[name]
    const answer = (this.answers[name] as (input: unknown) => unknown)(given.parse(input))
    return output.parse(await answer) as CallOutput<N>
  }

  client(address = ''): PacketClient {
    return new PacketClient(this.broker, this.clock, address)
  }

  async restart(): Promise<void> {
    this.stop()
    await this.clock.settle()
    this.start()
  }

  /** A second passes. */
  second(): Promise<void> {
    return this.clock.jump(1_000)
  }

  private start(): void {
    const { broker, clock } = this.opened()
    this.broker = broker
    this.inspector = new Inspector({
      broker,
      clock,
      eventFile: join(this.folder, 'events.db'),
      listeners: () => []
    })
    this.inspector.start()
    this.answers = this.inspector.calls()
  }

  private opened(): { broker: Broker; clock: HandClock } {
    const { clock } = this
    const store = this.onDisk ? new SqliteStore(join(this.folder, 'broker.db')) : null
    return { broker: new Broker({ ...this.options, clock, store }), clock }
  }

  private stop(): void {
    this.broker.close()
    this.inspector.stop()
  }
}

/** Of a list or a queue. */
export const firstRows = { offset: 0, limit: 100 }

/** Every client, by id. */
export const everyClient = {
  ...firstRows,
  text: '',
  state: 'all' as const,
  sort: 'id' as const,
  descending: false
}
