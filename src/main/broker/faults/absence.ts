import type { Clock } from '../core/clock'
import type { Fault, FaultOf } from './fault'

/** ms until a listener that could not come back tries again. */
const RETRY_AFTER = 1_000

/** A listener that can be away. */
export interface AwayListener {
  readonly port: number
  /** Stops taking connections and destroys those that it has, or listens again. Throws what listening throws. */
  setAway(isAway: boolean): Promise<void>
}

/** Takes listeners away while a fault wants that, and brings them back. */
export class Absence {
  /** Faults that are over, but whose listeners are not back yet. */
  readonly ending = new Set<Fault>()
  private readonly current = new Set<FaultOf<'away'>>()
  private isStopped = false

  constructor(
    private readonly clock: Clock,
    private readonly listeners: () => AwayListener[],
    /** `ending` is different, or a fault's problem. */
    private readonly changed: () => void
  ) {}

  begin(fault: FaultOf<'away'>): void {
    this.current.add(fault)
    for (const listener of this.listenersOf(fault)) void listener.setAway(true)
  }

  end(fault: FaultOf<'away'>): void {
    this.current.delete(fault)
    this.ending.add(fault)
    void this.bringBack(fault)
  }

  /** Listeners stay as they are. */
  stop(): void {
    this.isStopped = true
  }

  /** Another program may have taken the port meanwhile: the listener tries again until it is free. */
  private async bringBack(fault: FaultOf<'away'>): Promise<void> {
    if (this.isStopped) return
    try {
      for (const listener of this.listenersOf(fault))
        if (!this.isAway(listener)) await listener.setAway(false)
      this.ending.delete(fault)
    } catch (error) {
      fault.problem = error as Error
      this.clock.after(RETRY_AFTER, () => void this.bringBack(fault))
    }
    this.changed()
  }

  private isAway(listener: AwayListener): boolean {
    return [...this.current].some((fault) => this.listenersOf(fault).includes(listener))
  }

  private listenersOf({ spec }: FaultOf<'away'>): AwayListener[] {
    const { listener } = spec.scope
    return this.listeners().filter(({ port }) => listener === null || port === listener)
  }
}
