import type { ActiveFault, ClientScope, EndedFault, FaultSpec } from '../../../shared/contract/faults'
import { AppError } from '../../../shared/errors'
import type { Broker } from '../core/broker'
import type { Clock } from '../core/clock'
import type { Connection } from '../core/connection'
import { Absence, type AwayListener } from './absence'
import { Fault, isOfKind } from './fault'
import { FaultChoice } from './fault-choice'
import { faultHooks } from './fault-hooks'
import { FaultyLink } from './faulty-link'

/** ms between two reports of what faults did. */
const NEWS_EVERY = 1_000
/** Faults that are remembered when they are over. */
const REMEMBERED = 20

/**
 * Makes a broker's network and its answers bad on purpose. Only while a fault is on does the broker have hooks for it, and its connections have
 * links; Treetop's own connection never has one.
 */
export class Faults {
  private readonly choice: FaultChoice
  private readonly absence: Absence
  private readonly links = new Map<Connection, FaultyLink>()
  private readonly timers = new Map<Fault, () => void>()
  private removeHooks: () => void = () => undefined
  private cancelNews: (() => void) | null = null
  private lastId = 0
  /** Newest first. */
  private over: EndedFault[] = []

  constructor(
    private readonly broker: Broker,
    private readonly clock: Clock,
    private readonly listeners: () => AwayListener[],
    private readonly changed: (faults: ActiveFault[]) => void
  ) {
    this.choice = new FaultChoice(broker.hooks, (fault) => this.struck(fault))
    this.absence = new Absence(clock, listeners, () => this.tell())
  }

  list(): ActiveFault[] {
    return [...this.choice.faults, ...this.absence.ending].map((fault) => fault.state())
  }

  ended(): EndedFault[] {
    return this.over
  }

  /** Throws INVALID_INPUT if no listener has the port of the scope. */
  add(spec: FaultSpec): ActiveFault {
    const { listener } = spec.scope
    if (listener !== null && !this.listeners().some(({ port }) => port === listener))
      throw new AppError('INVALID_INPUT', { issues: [{ path: 'scope.listener', fault: 'LISTENER_UNKNOWN' }] })
    const fault = new Fault(String(++this.lastId), spec, this.clock.now())
    this.choice.faults.push(fault)
    this.timers.set(
      fault,
      this.clock.after(spec.seconds * 1_000, () => this.end(fault, 'time'))
    )
    if (isOfKind(fault, 'away')) {
      this.absence.begin(fault)
      for (const connection of this.cut({ clientId: null, ...fault.spec.scope })) {
        fault.hit(connection.clientId)
        this.choice.tell(fault, connection, null, { direction: 'in' })
      }
    }
    for (const { connection } of this.broker.clients()) this.choice.spares(connection)
    this.update()
    return fault.state()
  }

  /** Throws NOT_FOUND. */
  remove(id: string): void {
    if (!this.list().some((each) => each.id === id)) throw new AppError('NOT_FOUND', { what: 'fault', id })
    for (const fault of this.choice.faults) if (fault.id === id) this.end(fault, 'stopped')
  }

  clear(): void {
    for (const fault of [...this.choice.faults]) this.end(fault, 'stopped')
  }

  /** Cuts the connections of a scope now; returns how many. */
  disconnect(scope: ClientScope): number {
    return this.cut(scope).length
  }

  /** The broker stops: its listeners stay as they are. */
  stop(): void {
    for (const cancel of this.timers.values()) cancel()
    this.cancelNews?.()
    this.absence.stop()
    this.removeHooks()
    this.broker.linker = null
    this.choice.faults = []
  }

  /** What a fault held back goes on at once, unless it ends because it struck often enough. */
  private end(fault: Fault, end: EndedFault['end']): void {
    if (!this.choice.faults.includes(fault)) return
    this.choice.faults = this.choice.faults.filter((each) => each !== fault)
    this.timers.get(fault)?.()
    this.timers.delete(fault)
    if (isOfKind(fault, 'away')) this.absence.end(fault)
    if (end !== 'times') for (const link of this.links.values()) link.forget(fault)
    const { until: _, problem: __, ...state } = fault.state()
    this.over = [{ ...state, endedAt: this.clock.now(), end }, ...this.over].slice(0, REMEMBERED)
    this.update()
  }

  private struck(fault: Fault): void {
    // It may have struck in the middle of a packet, after which what it held back keeps its time.
    if (fault.isSpent) this.clock.soon(() => this.end(fault, 'times'))
    this.cancelNews ??= this.clock.after(NEWS_EVERY, () => this.tell())
  }

  private tell(): void {
    this.cancelNews?.()
    this.cancelNews = null
    this.changed(this.list())
  }

  /** Faults have come or gone. */
  private update(): void {
    this.removeHooks()
    this.removeHooks = this.broker.hooks.add(faultHooks(this.choice))
    this.broker.linker = this.needsLinks ? (connection) => this.link(connection) : null
    if (this.needsLinks)
      for (const connection of this.broker.openConnections) connection.link ??= this.link(connection)
    else for (const connection of this.links.keys()) this.unlink(connection)
    this.tell()
  }

  private get needsLinks(): boolean {
    return this.choice.has('latency', 'loss', 'duplicate', 'withhold', 'disconnect', 'slowReading')
  }

  private link(connection: Connection): FaultyLink | undefined {
    if (connection.isObserver) return undefined
    const link = new FaultyLink(connection, this.choice, this.clock, {
      idle: () => this.unlink(connection),
      closed: () => this.links.delete(connection)
    })
    this.links.set(connection, link)
    return link
  }

  /** Packets pass without a link again, once none waits and no fault needs it. */
  private unlink(connection: Connection): void {
    if (this.needsLinks || connection.closed || !this.links.get(connection)?.isIdle) return
    connection.link = undefined
    this.links.delete(connection)
  }

  /** Cuts the connections of a scope, and returns them. */
  private cut(scope: ClientScope): Connection[] {
    const among = [...this.broker.openConnections].filter(
      ({ isObserver, clientId, listener }) =>
        !isObserver &&
        (scope.clientId === null || scope.clientId === clientId) &&
        (scope.listener === null || scope.listener === listener?.port)
    )
    for (const connection of among) connection.cut()
    return among
  }
}
