import type { ConnectionFault } from '../../shared/contract/connections'
import { probeAddress } from '../../shared/contract/probe'
import type { Subscription } from '../../shared/contract/profiles'
import { codeName, FIRST_FAILURE } from '../../shared/mqtt-codes'
import { Client } from '../mqtt/client'
import { PacketLog } from '../packets/log'
import { unreachableSentence } from '../probe/words'
import { nobody } from '../recorder/nobody'
import type { Recipient } from '../recorder/recorder'
import { Failure } from './command'
import type { Place } from './place'

/** One connection to a broker, which is not made again when it ends. */
export class Session {
  /** Rejects with Failure when the connection ends by itself. */
  readonly lost: Promise<never>
  private fail!: (failure: Failure) => void
  private settle: { online(): void; lost(fault: ConnectionFault): void } | null = null
  private readonly client: Client
  readonly address: string

  private constructor({ profile, secrets }: Place, recipient: Recipient) {
    this.address = probeAddress(profile)
    this.lost = new Promise((_, reject) => (this.fail = reject))
    // Commands that have ended do not wait for it.
    this.lost.catch(() => undefined)
    this.client = new Client(profile, secrets, recipient, new PacketLog(), {
      online: () => this.settle?.online(),
      lost: (fault) => {
        this.settle?.lost(fault)
        this.fail(new Failure(lostSentence(fault, this.address)))
      }
    })
  }

  /** Connects. Throws Failure if the broker does not accept, and the signal's reason. */
  static async open(place: Place, signal: AbortSignal, recipient: Recipient = nobody): Promise<Session> {
    const session = new Session(place, recipient)
    const aborted = new Promise<never>((_, reject) => {
      const end = (): void => reject(signal.reason as Error)
      if (signal.aborted) end()
      else signal.addEventListener('abort', end, { once: true })
    })
    try {
      await Promise.race([session.accepted(), aborted])
      return session
    } catch (error) {
      await session.close()
      throw error
    }
  }

  /** Subscribes, and waits for the SUBACK. Throws Failure if the broker refuses. Returns the QoS that it grants. */
  async subscribe(subscription: Subscription): Promise<number> {
    const { filter } = subscription
    const { code, reasonString } = await Promise.race([this.client.subscribe(subscription), this.lost])
    if (code === null || code < FIRST_FAILURE) return code ?? subscription.qos
    const name = codeName('SUBACK', this.client.version, code)
    const hex = `0x${code.toString(16).toUpperCase()}`
    const why = `${hex}${name ? ` (${name})` : ''}${reasonString ? `: ${reasonString}` : ''}`
    throw new Failure(`The broker refused the subscription to "${filter}" with ${why}.`)
  }

  /** Publishes, and waits for the acknowledgement. Throws what Client.publish throws, and Failure. */
  publish(...message: Parameters<Client['publish']>): ReturnType<Client['publish']> {
    return Promise.race([this.client.publish(...message), this.lost])
  }

  /** How many QoS 1 and 2 messages may be unacknowledged at once. */
  get receiveMaximum(): number {
    return this.client.receiveMaximum
  }

  /** Says DISCONNECT and ends. */
  async close(): Promise<void> {
    await this.client.end()
  }

  private accepted(): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      this.settle = {
        online: resolve,
        lost: (fault) => reject(new Failure(unreachableSentence(fault, this.address)))
      }
      this.client.connect()
    })
  }
}

/** How an accepted connection ended. */
export function lostSentence(fault: ConnectionFault, address: string): string {
  if (fault.kind === 'network')
    return `The connection to ${address} was lost: ${fault.message} (${fault.code}).`
  if (fault.kind === 'closed' || fault.kind === 'timeout') return `The connection to ${address} was lost.`
  return unreachableSentence(fault, address)
}
