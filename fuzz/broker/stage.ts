import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Refusal } from '../../src/main/broker/codec/refusal'
import { Broker, type BrokerOptions } from '../../src/main/broker/core/broker'
import type { Hooks } from '../../src/main/broker/core/hooks'
import { HandClock } from '../../src/main/broker/core/hand-clock.fixture'
import { RawClient } from '../../src/main/broker/core/raw-client.fixture'
import { SqliteStore } from '../../src/main/broker/store/sqlite-store'
import type { Random } from '../random'
import { answersFault } from './answers'
import { authenticators } from './authenticators'
import { framed } from './grammar'
import type { Step } from './sequence'

/** The broker's own timer. */
const SWEEP = 1

/** Seconds within which connections must have ended. */
const MOST_LOOKS = 60
/** Bytes of wrong answers that are printed. */
const REPORTED = 200

/** How a batch's broker is set up. */
export interface Setting {
  limits: NonNullable<BrokerOptions['limits']>
  hasHooks: boolean
  hasStore: boolean
}

export function nextSetting(random: Random): Setting {
  const tight = random.below(2) === 0
  return {
    limits: tight
      ? { clients: 3, packetSize: 400, queueMessages: 4, queueBytes: 100, receiveMaximum: 3, topicAliases: 2 }
      : { receiveMaximum: 20 },
    hasHooks: random.below(3) === 0,
    hasStore: random.below(20) === 0
  }
}

/** A broker with a batch's sequences played on it. Throws what is wrong. */
export class Stage {
  private readonly clock = new HandClock()
  private readonly directory: string | null
  private broker: Broker
  private clients: (RawClient | undefined)[] = []
  private all: RawClient[] = []
  /** The hooks refuse nothing while the stage is cleared. */
  private refuses = true
  private storeFault: Error | null = null

  constructor(private readonly setting: Setting) {
    this.directory = setting.hasStore ? mkdtempSync(join(tmpdir(), 'treetop-fuzz-')) : null
    this.broker = this.start()
  }

  async play(steps: readonly Step[]): Promise<void> {
    for (const step of steps) await this.step(step)
    await this.clock.settle()
    await this.hangUp()
    this.check()
  }

  /** Ends everything and checks that nothing is left. */
  async finish(): Promise<void> {
    this.refuses = false
    await this.cleanClient()
    await this.hangUp()
    for (const { clientId } of [...this.broker.sessions.all()]) {
      new RawClient(this.broker).write(cleanConnect(clientId))
      await this.clock.settle()
      this.broker.kick(clientId)
    }
    await this.hangUp()
    for (const { topic } of [...this.broker.retained.all()]) this.broker.announce(topic, '')
    const { sessions, subscriptions, retained, clientCount, openConnections } = this.broker
    const left = {
      sessions: sessions.count,
      subscriptions: subscriptions.count,
      shared: subscriptions.shareCount,
      retained: retained.count,
      clients: clientCount,
      connections: openConnections.size,
      timers: this.clock.pending - SWEEP
    }
    if (Object.values(left).some((count) => count !== 0))
      throw new Error(`left over: ${JSON.stringify(left)}`)
    this.broker.close()
    await this.clock.settle()
    if (this.clock.pending > 0)
      throw new Error(`${this.clock.pending} timers are left after the broker closed`)
    this.check()
  }

  remove(): void {
    this.broker.close()
    if (this.directory !== null) rmSync(this.directory, { recursive: true, force: true })
  }

  private start(): Broker {
    const { setting, clock, directory } = this
    return new Broker({
      clock,
      limits: setting.limits,
      authenticators,
      store: directory === null ? null : new SqliteStore(join(directory, 'broker.db')),
      onStoreFailure: (error) => (this.storeFault = error),
      ...(setting.hasHooks && { hooks: this.hooks() })
    })
  }

  private hooks(): Hooks {
    const no = (topic: string): boolean => this.refuses && topic.startsWith('no/')
    return {
      connect: ({ clientId }) => (this.refuses && clientId === 'd' ? new Refusal('No.', 0x87) : null),
      publish: (_asker, { topic }) => (no(topic) ? 0x87 : 0),
      subscribe: (_asker, filter, { qos }) => (no(filter) ? 0x87 : Math.min(qos, 1)),
      deliver: (clientId, { topic }) => !(this.refuses && clientId === 'c' && topic === 'a'),
      drop: () => undefined
    }
  }

  private async step(step: Step): Promise<void> {
    switch (step.do) {
      case 'open':
        this.clients[step.slot] = new RawClient(this.broker)
        this.all.push(this.clients[step.slot]!)
        return
      case 'write':
        return this.clients[step.slot]?.write(step.bytes)
      case 'end':
        return void this.clients[step.slot]?.stream.end()
      case 'destroy':
        return void this.clients[step.slot]?.stream.destroy()
      case 'stall':
        return void this.clients[step.slot]?.stream.pause()
      case 'read':
        return void this.clients[step.slot]?.stream.resume()
      case 'settle':
        return this.clock.settle()
      case 'jump':
        return this.clock.jump(step.ms)
      case 'restart':
        this.broker.close()
        await this.clock.settle()
        this.broker = this.start()
    }
  }

  /** The clients vanish, and their connections linger to their ends. A held publisher's end shows when it goes on, after a while. */
  private async hangUp(): Promise<void> {
    for (const { stream } of this.all) stream.resume()
    await this.clock.settle()
    for (const { stream } of this.all) stream.destroy()
    for (let looks = 0; looks === 0 || (looks < MOST_LOOKS && this.broker.openConnections.size > 0); looks++)
      await this.clock.jump(1_000)
  }

  private check(): void {
    const { broker, all } = this
    const failed = broker.refusals.find(({ reason }) => reason.startsWith('The broker failed'))
    if (failed) throw new Error(`${failed.reason} (packet ${failed.packet.toString('hex')})`)
    if (this.storeFault) throw this.storeFault
    if (broker.openConnections.size > 0)
      throw new Error(`${broker.openConnections.size} connections are left`)
    for (const { received } of all) {
      const fault = answersFault(received)
      if (fault !== null)
        throw new Error(`the broker sent ${fault}: ${received.toString('hex', 0, REPORTED)}`)
    }
    broker.refusals.length = 0
    this.all = []
    this.clients = []
  }

  /** A client that does everything right must be served. */
  private async cleanClient(): Promise<void> {
    const client = new RawClient(this.broker)
    const ask = async (packets: string, ...answers: string[]): Promise<void> => {
      client.write(packets)
      await this.clock.settle()
      const got = client.take()
      if (!answers.includes(got)) throw new Error(`a clean client got ${got} instead of ${answers[0]}`)
    }
    await ask('1011 0004 4d515454 04 02 0000 0005 636c65616e', '20020000')
    // The hooks grant QoS 1 at most.
    const granted = this.setting.hasHooks ? 1 : 2
    await ask('8209 0001 0004 73656c66 02', `900300010${granted}`)
    const [received, forwarded] = ['50020007', `3${granted * 2}09000473656c66000178`]
    // A store holds PUBREC back, but not the message for a session that it does not keep.
    await ask('3409 0004 73656c66 0007 78', received + forwarded, forwarded + received)
    await ask('6202 0007', '70020007')
    await ask('c000', 'd000')
    client.write('e000')
    await this.clock.settle()
    if (!client.isOver) throw new Error('a clean client was not let go')
  }
}

function cleanConnect(clientId: string): Buffer {
  const id = Buffer.from(clientId)
  return framed(0x10, [
    Buffer.from('00044d51545404020000', 'hex'),
    Buffer.of(id.length >> 8, id.length & 0xff),
    id
  ])
}
