import type { FaultKind } from '../../../shared/contract/faults'
import type { FaultEffect, Asker } from '../core/hooks'
import type { HookSet } from '../core/hook-set'
import type { Delay } from './delay-line'
import { isOfKind, type Fault, type FaultOf, type SpecOf, type Subject } from './fault'

/** Which of the faults that are on strike a packet. */
export class FaultChoice {
  /** Oldest first. */
  faults: Fault[] = []
  /** Client identifiers of Treetop's own connections, which are spared even while they are away. */
  readonly spared = new Set<string>()

  constructor(
    private readonly hooks: HookSet,
    /** A fault struck. */
    private readonly struck: (fault: Fault) => void
  ) {}

  spares({ isObserver, clientId }: Asker): boolean {
    if (isObserver) this.spared.add(clientId)
    return this.spared.has(clientId)
  }

  has(...kinds: FaultKind[]): boolean {
    return this.faults.some(({ spec }) => kinds.includes(spec.kind))
  }

  /** The oldest fault of this kind that strikes a packet of the subject, counted; null: none. Each that applies to it draws. */
  strike<K extends FaultKind>(
    kind: K,
    subject: Subject,
    isFor: (spec: SpecOf<K>) => boolean = () => true
  ): FaultOf<K> | null {
    const [first] = this.drawn(kind, subject, isFor)
    if (first) this.counted(first, subject)
    return first ?? null
  }

  /** The longest of the delays that strike a packet, counted; null: none. */
  delay(direction: 'in' | 'out', subject: Subject): Delay | null {
    let longest: Delay | null = null
    for (const fault of this.drawn('latency', subject, (spec) => isOf(spec.direction, direction))) {
      const { delay, jitter } = fault.spec
      const ms = delay + (jitter === 0 ? 0 : fault.spread(subject.clientId, jitter))
      if (!longest || ms > longest.ms) longest = { ms, fault }
    }
    if (longest) this.counted(longest.fault, subject)
    return longest
  }

  /** Bytes per second; Infinity: no fault slows the reading of this client. */
  readingRate(subject: Subject): number {
    let rate = Infinity
    for (const fault of this.faults)
      if (isOfKind(fault, 'slowReading') && fault.appliesTo(subject))
        rate = Math.min(rate, fault.spec.bytesPerSecond)
    return rate
  }

  /** Tells those who look on what a fault did. */
  tell(
    { id, spec: { kind } }: Fault,
    asker: Asker,
    packet: Uint8Array | null,
    what: { direction: FaultEffect['direction']; subject?: Subject; delay?: number }
  ): void {
    const { direction, subject, delay = null } = what
    this.hooks.fault?.(id, asker, packet, { kind, direction, delay, topic: subject?.topics[0] ?? null })
  }

  private drawn<K extends FaultKind>(
    kind: K,
    subject: Subject,
    isFor: (spec: SpecOf<K>) => boolean
  ): FaultOf<K>[] {
    const drawn: FaultOf<K>[] = []
    for (const fault of this.faults)
      if (
        isOfKind(fault, kind) &&
        isFor(fault.spec) &&
        fault.appliesTo(subject) &&
        fault.draw(subject.clientId)
      )
        drawn.push(fault)
    return drawn
  }

  private counted(fault: Fault, { clientId }: Subject): void {
    fault.hit(clientId)
    this.struck(fault)
  }
}

function isOf(one: 'in' | 'out' | 'both', direction: 'in' | 'out'): boolean {
  return one === 'both' || one === direction
}
