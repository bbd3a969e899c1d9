import type { ActiveFault, FaultKind, FaultSpec, PacketScope } from '../../../shared/contract/faults'
import { encodeError } from '../../../shared/errors'
import { randomFrom } from '../../../shared/random'
import { compileFilter, matchedLevels } from '../../../shared/topic'
import { ASSIGNED_ID } from '../core/client-id'

/** Clients whose packets a fault counts at once; beyond that, it starts anew for the one that it met first. */
const COUNTED_CLIENTS = 100_000

export type SpecOf<K extends FaultKind> = Extract<FaultSpec, { kind: K }>
export type FaultOf<K extends FaultKind> = Fault<SpecOf<K>>

/** Clients that a fault names as struck. */
const NAMED_CLIENTS = 5

/** What a packet is about: whose it is, and its topics or filters; none: it is about no topic. */
export interface Subject {
  clientId: string
  /** Port of a listener; null: none. */
  listener: number | null
  topics: string[]
}

/** How far a fault is with one client. */
interface Progress {
  packets: number
  random: (bound: number) => number
}

/** One fault that is on: decides which packets it strikes, and counts them. */
export class Fault<Spec extends FaultSpec = FaultSpec> {
  count = 0
  /** The clients that it struck last, newest first. */
  clients: string[] = []
  /** Why a listener that was away cannot come back yet. */
  problem: Error | null = null
  readonly until: number
  private readonly progress = new Map<string, Progress>()
  private readonly scope: PacketScope
  private readonly matches: (topic: string) => boolean

  constructor(
    readonly id: string,
    readonly spec: Spec,
    /** ms since 1970 UTC. */
    readonly since: number
  ) {
    this.until = since + spec.seconds * 1_000
    this.scope = { clientId: null, filter: null, ...spec.scope }
    this.matches = compileFilter(this.scope.filter ?? '')
  }

  /** It has struck as often as it should. */
  get isSpent(): boolean {
    return 'times' in this.spec && this.spec.times !== null && this.count >= this.spec.times
  }

  appliesTo({ clientId, listener, topics }: Subject): boolean {
    const { scope } = this
    if (scope.clientId !== null && scope.clientId !== clientId) return false
    if (scope.listener !== null && scope.listener !== listener) return false
    // A filter of a subscription counts as a topic, without its share.
    return scope.filter === null || topics.some((each) => this.matches(matchedLevels(each).join('/')))
  }

  /** Whether it strikes the client's next packet, of those that it applies to. */
  draw(clientId: string): boolean {
    if (this.isSpent) return false
    if (!('rate' in this.spec)) return true
    const progress = this.progressOf(clientId)
    progress.packets++
    const { rate } = this.spec
    return rate.by === 'count'
      ? progress.packets % rate.every === 0
      : progress.random(2 ** 32) < rate.chance * 2 ** 32
  }

  /** It struck a packet or a connection of this client. */
  hit(clientId: string): void {
    this.count++
    if (clientId === this.clients[0] || clientId === '') return
    this.clients = [clientId, ...this.clients.filter((each) => each !== clientId)].slice(0, NAMED_CLIENTS)
  }

  /** A whole number from -`most` to `most`, of the client's sequence. */
  spread(clientId: string, most: number): number {
    return this.progressOf(clientId).random(2 * most + 1) - most
  }

  state(): ActiveFault {
    const { id, spec, since, until, count, clients, problem } = this
    return { id, spec, since, until, count, clients, problem: problem && problemOf(problem) }
  }

  /** A client goes on where its last connection ended. Those without an identifier of their own count as one. */
  private progressOf(clientId: string): Progress {
    const key = clientId.startsWith(ASSIGNED_ID) ? '' : clientId
    const known = this.progress.get(key)
    if (known) return known
    for (const oldest of this.progress.keys()) {
      if (this.progress.size < COUNTED_CLIENTS) break
      this.progress.delete(oldest)
    }
    const seed = 'seed' in this.spec ? this.spec.seed : 0
    const made = { packets: 0, random: randomFrom(mixed(seed, key)) }
    this.progress.set(key, made)
    return made
  }
}

/** Whether a fault is of this kind. */
export function isOfKind<K extends FaultKind>(fault: Fault, kind: K): fault is FaultOf<K> {
  return fault.spec.kind === kind
}

function problemOf(error: Error): NonNullable<ActiveFault['problem']> {
  const { code, details } = encodeError(error)
  return { code, details: { ...details } }
}

/** A seed from a seed and a name (FNV-1a), so that each client has a sequence of its own. */
function mixed(seed: number, name: string): number {
  let hash = 0x811c9dc5 ^ seed
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193)
  return hash
}
