import type { FaultSpec } from '../../shared/contract/faults'
import type { LearnClient, LearnLive } from '../../shared/contract/learn'
import { AppError } from '../../shared/errors'
import { InTurn } from '../../shared/in-turn'
import { actionsOf, LEARN_CLIENTS, LESSONS, stepsOf, type LessonId } from '../../shared/lessons'
import { checks } from './checks'
import { cleanUp } from './clean-up'
import { EvidenceReader, type Evidence } from './evidence'
import type { LearnBroker } from './learn-broker'
import { LearnerClient, type ClientPlan } from './learner-client'
import type { LearnProgress } from './progress'
import { scripts, type Stage } from './scripts'
import { SnNode } from './sn-node'

/** ms between two looks at the broker. */
const PERIOD = 150
/** ms after which a lesson that nobody looks at is closed. */
const ABANDONED_AFTER = 900_000
/** Seconds: no lesson but the one about keep alive is to wait for it. */
const LONG_KEEP_ALIVE = 60

/** The open lesson: its clients, its faults and what is known of them. */
export class Room {
  private readonly stage: Stage
  private readonly faults = new Set<string>()
  private readonly reader: EvidenceReader
  private readonly turns = new InTurn()
  private evidence: Evidence | null = null
  private timer: NodeJS.Timeout | null = null
  private lookedAt = Date.now()
  private isClosed = false

  constructor(
    readonly lesson: LessonId,
    private readonly run: number,
    private readonly broker: LearnBroker,
    private readonly progress: LearnProgress,
    private readonly events: { failed(error: unknown): void; abandoned(): void }
  ) {
    this.reader = new EvidenceReader(() => broker.peer())
    const { sensor, phone } = scripts[lesson]
    const client = (id: string, plan: Partial<ClientPlan> = {}): LearnerClient =>
      new LearnerClient(id, { clean: true, keepAlive: LONG_KEEP_ALIVE, ...plan }, () => this.place())
    this.stage = {
      sensor: client('learn-sensor', sensor),
      phone: client('learn-phone', phone),
      node: new SnNode('learn-node', () => this.snPlace()),
      fault: (...specs) => this.fault(specs),
      repair: () => this.repair()
    }
  }

  /** Goes to where the learner was in the lesson. */
  async open(): Promise<void> {
    const { setup, resume, actions } = scripts[this.lesson]
    const step = stepsOf(this.lesson)[this.progress.at(this.lesson)] ?? stepsOf(this.lesson).at(-1)!
    const before = this.progress.at(this.lesson) === 0 ? [] : (resume?.[step] ?? [])
    await this.clean()
    await this.reader.begin()
    for (const act of setup) await act(this.stage)
    // Without an MQTT-SN listener, that lesson cannot go on; the page says so.
    const needsSn = this.lesson === 'sn' && this.snPort() === null
    for (const action of needsSn ? [] : before)
      await (actions as Record<string, (stage: Stage) => unknown>)[action]!(this.stage)
    this.timer = setTimeout(() => void this.watch(), PERIOD)
  }

  act(action: string): Promise<void> {
    const steps = stepsOf(this.lesson)
    if (!steps.some((step) => (actionsOf(this.lesson, step) as readonly string[]).includes(action)))
      throw new AppError('NOT_FOUND', { what: 'action', id: action })
    const act = (scripts[this.lesson].actions as Record<string, (stage: Stage) => unknown>)[action]!
    return this.turns.run(async () => void (await act(this.stage)))
  }

  /** What goes on, with packets after one that is known. */
  live(after: number): LearnLive {
    this.lookedAt = Date.now()
    const { evidence } = this
    return {
      run: this.run,
      ...this.place(),
      snPort: this.snPort(),
      clients: this.clients(),
      faults: (evidence?.faults ?? []).map(({ spec, count }) => ({
        kind: spec.kind as LearnLive['faults'][number]['kind'],
        count
      })),
      retained: [...(evidence?.retained ?? [])],
      packets: this.reader.packets.filter(({ seq }) => seq > after)
    }
  }

  /** Removes everything that the lesson left. The broker may have stopped, which leaves only what it keeps on disk. */
  async close(): Promise<void> {
    this.isClosed = true
    if (this.timer) clearTimeout(this.timer)
    const { sensor, phone, node } = this.stage
    await Promise.all([sensor.disconnect(), phone.disconnect(), node.disconnect()])
    if (this.broker.status().state === 'stopped') return
    await this.repair()
    await this.clean()
    await this.reader.end()
  }

  private async watch(): Promise<void> {
    try {
      this.evidence = await this.reader.read(this.faults)
      await this.check(this.evidence)
    } catch (error) {
      // The broker stopped in the middle.
      if (this.broker.status().state === 'running' && !this.isClosed) this.events.failed(error)
    }
    if (this.isClosed) return
    if (Date.now() - this.lookedAt > ABANDONED_AFTER) return this.events.abandoned()
    this.timer = setTimeout(() => void this.watch(), PERIOD)
  }

  /** Steps are done one after the other. */
  private async check(evidence: Evidence): Promise<void> {
    const { lesson, progress } = this
    const steps = stepsOf(lesson)
    for (let at = progress.at(lesson); at < steps.length && !this.isClosed; at = progress.at(lesson)) {
      const step = steps[at]!
      if (!(checks[lesson] as Record<string, (e: Evidence) => boolean>)[step]!(evidence)) return
      await progress.finish(lesson, step)
    }
  }

  private clients(): LearnClient[] {
    const { evidence } = this
    const played: readonly string[] = LESSONS[this.lesson].clients
    return LEARN_CLIENTS.flatMap(({ id, role }) => {
      const row = evidence?.clients.find((each) => each.id === id)
      const isSeen = row !== undefined || evidence?.packets.some(({ clientId }) => clientId === id)
      if (!(played.includes(role) || (role === 'code' && isSeen))) return []
      const isSn = role === 'node' || (evidence?.sn.has(id) ?? false)
      const waiting = row ? row.waiting + row.inFlight : 0
      const subscriptions = evidence?.subscriptions.get(id) ?? []
      return [{ id, state: this.stateOf(id), sn: isSn, subscriptions, waiting }]
    })
  }

  private stateOf(id: string): LearnClient['state'] {
    const row = this.evidence?.clients.find((each) => each.id === id)
    if (!row) return 'off'
    if (!row.connected) return 'away'
    if (this.evidence?.asleep.has(id)) return 'asleep'
    const { sensor, phone } = this.stage
    return [sensor, phone].some((each) => each.id === id && each.isSilent) ? 'silent' : 'online'
  }

  private place(): { host: string; port: number } {
    const status = this.broker.status()
    if (status.state === 'stopped') throw new AppError('BROKER_NOT_RUNNING', {})
    return { host: reachable(status.host), port: status.port }
  }

  private snPlace(): { host: string; port: number } {
    const port = this.snPort()
    if (port === null) throw new AppError('NOT_FOUND', { what: 'listener', id: 'mqtt-sn' })
    return { host: '127.0.0.1', port }
  }

  private snPort(): number | null {
    const status = this.broker.status()
    if (status.state === 'stopped') return null
    return status.listeners.find(({ kind }) => kind === 'sn')?.port ?? null
  }

  private async fault(specs: FaultSpec[]): Promise<void> {
    await this.repair()
    for (const spec of specs) this.faults.add((await this.broker.peer().call('faults.add', spec)).id)
  }

  private async repair(): Promise<void> {
    const on = await this.broker.peer().call('faults.list', undefined)
    for (const { id } of on) if (this.faults.has(id)) await this.broker.peer().call('faults.remove', { id })
    this.faults.clear()
  }

  private clean(): Promise<void> {
    return cleanUp(this.place(), this.broker.peer(), () => this.reader.retained())
  }
}

/** Where clients on this machine reach a host that is listened on. */
function reachable(host: string): string {
  return host === '0.0.0.0' ? '127.0.0.1' : host
}
