import { randomUUID } from 'node:crypto'
import { EventEmitter } from 'node:events'
import type { CallOutput, CallsOf } from '../../../shared/contract'
import type { SavedRequest } from '../../../shared/contract/collections'
import { emptySchedule, type RequestSchedule } from '../../../shared/contract/request-schedule'
import type { ScheduleFault, ScheduleStatus } from '../../../shared/contract/schedules'
import { AppError } from '../../../shared/errors'
import { planOf, type SchedulePlan } from '../../../shared/schedule'
import type { Peer } from '../../../shared/rpc/peer'
import type { SavedMessages } from '../collections/saved-messages'
import { systemClock } from '../replay/clock'
import { cronOf, dueTimes } from './due-times'
import type { PlayerStatus, ScheduledMessage } from './player'

/** What the worker of a connection does for a schedule. */
interface SchedulePublisher {
  startSchedule(input: { id: string; plan: SchedulePlan }): void
  stopSchedule(input: { id: string }): void
}

interface Around {
  messages: Pick<SavedMessages, 'find' | 'next'>
  /** The worker and the name of an open connection. Throws NOT_FOUND. */
  connection(id: string): { peer: Peer<SchedulePublisher>; name: string }
}

interface Entry {
  request: SavedRequest
  status: ScheduleStatus
}

const ENDED_KEPT = 20
/** Moments that are shown before a schedule is started. */
const MOST_SHOWN = 5
/** Minimum interval between two events, in ms. */
const TELL_EVERY = 200

/** The schedules of all connections: what they send is expanded here, with the memory that all messages of the collections share. */
export class Schedules extends EventEmitter<{ changed: [ScheduleStatus[]] }> {
  private readonly entries = new Map<string, Entry>()
  private timer: NodeJS.Timeout | null = null

  constructor(private readonly around: Around) {
    super()
  }

  calls(): CallsOf<'main', 'schedules'> {
    return {
      'schedules.plan': ({ schedule }) => {
        const made = checked(schedule)
        return 'faults' in made ? { faults: made.faults, next: [] } : { faults: [], next: moments(made.plan) }
      },
      'schedules.list': () => this.list(),
      'schedules.start': (input) => this.start(input),
      'schedules.stop': ({ id }) => {
        for (const { status } of this.chosen(id, false))
          this.around.connection(status.target.id).peer.notify('stopSchedule', { id: status.id })
      },
      'schedules.dismiss': ({ id }) => {
        for (const { status } of this.chosen(id, true)) this.entries.delete(status.id)
        this.tell()
      }
    }
  }

  /** Expands the next message of a schedule. */
  async next(id: string): Promise<ScheduledMessage> {
    const entry = this.entries.get(id)
    if (!entry) throw new AppError('NOT_FOUND', { what: 'schedule', id })
    const { collection, path } = entry.status
    return this.around.messages.next(collection, path, entry.request)
  }

  /** What a connection's worker reports. */
  told({ id, ...status }: PlayerStatus & { id: string }): void {
    const entry = this.entries.get(id)
    if (!entry) return
    entry.status = { ...entry.status, ...status }
    if (status.state !== 'ended') return this.tellSoon()
    const ended = [...this.entries.values()].filter((each) => each.status.state === 'ended')
    for (const each of ended.slice(0, -ENDED_KEPT)) this.entries.delete(each.status.id)
    this.tell()
  }

  /** The worker of a connection has ended. */
  abandon(connectionId: string): void {
    for (const entry of this.chosen(null, false))
      if (entry.status.target.id === connectionId)
        entry.status = { ...entry.status, state: 'ended', end: 'connection', endedAt: Date.now(), next: null }
    this.tell()
  }

  private async start(input: {
    collection: string
    path: string
    connectionId: string
    request: SavedRequest | null
  }): Promise<CallOutput<'schedules.start'>> {
    const { collection, path, connectionId } = input
    const found = await this.around.messages.find(collection, path, input.request)
    const made = checked(found.request.schedule ?? emptySchedule)
    if ('faults' in made) return { faults: found.faults, schedule: made.faults }
    if (found.faults.length > 0) return { faults: found.faults, schedule: [] }
    const { peer, name } = this.around.connection(connectionId)
    const id = randomUUID()
    this.entries.set(id, {
      request: found.request,
      status: {
        ...{ id, collection, path, name: found.name, target: { id: connectionId, name } },
        ...{ state: 'running', end: null, startedAt: Date.now(), endedAt: null, count: made.plan.count },
        ...{ sent: 0, failed: 0, missed: 0, failure: null, rate: null, next: null },
        lateness: { mean: 0, p99: 0, max: 0 }
      }
    })
    try {
      await peer.call('startSchedule', { id, plan: made.plan })
    } catch (error) {
      this.entries.delete(id)
      throw error
    }
    this.tell()
    return { faults: [], schedule: [] }
  }

  private list(): ScheduleStatus[] {
    return [...this.entries.values()].map(({ status }) => status)
  }

  private chosen(id: string | null, ended: boolean): Entry[] {
    return [...this.entries.values()].filter(
      ({ status }) => (id === null || status.id === id) && (status.state === 'ended') === ended
    )
  }

  private tellSoon(): void {
    this.timer ??= setTimeout(() => this.tell(), TELL_EVERY).unref()
  }

  private tell(): void {
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
    this.emit('changed', this.list())
  }
}

/** A plan, also of a cron line that can be carried out. */
function checked(schedule: RequestSchedule): { plan: SchedulePlan } | { faults: ScheduleFault[] } {
  const made = planOf(schedule, Date.now())
  const isCron = schedule.kind === 'cron' && schedule.cron.trim() !== ''
  if (!isCron || cronOf(schedule.cron.trim())) return made
  return { faults: [{ field: 'cron', code: 'CRON' }, ...('faults' in made ? made.faults : [])] }
}

function moments(plan: SchedulePlan): number[] {
  const times = dueTimes(plan, systemClock)
  const found: number[] = []
  for (let due = times.from(times.now()); due !== null; due = times.after(due)) {
    if (found.push(Math.round(times.wall(due))) >= Math.min(MOST_SHOWN, plan.count ?? Infinity)) break
  }
  return found
}
