import type { CallsOf, EventPayload } from '../../../shared/contract'
import type { CheckEnd, WatchedCheck, WatchEntry, WatchRule } from '../../../shared/contract/watch'
import type { TopicEntry } from '../../history/topics'
import type { ReconnectingClient } from '../../mqtt/reconnecting-client'
import { Pacer } from '../../pacer'
import type { RecordedMessage } from '../../recorder/message'
import type { Subscriber } from '../../recorder/message-stream'
import { Actor } from './actor'
import type { Echoes } from './echoes'
import { WatchEngine } from './engine'
import type { Firing, Readers, Seen } from './seen'
import type { WatchLog } from './watch-log'

/** How often the clock is looked at, and how often the page is told, in ms. */
const TICK = 250
const TELL_EVERY = 500
/** How long topics are looked through before messages may pass, in ms. */
const SLICE_MS = 8
/** What the broker retains arrives within this time after the connection is accepted, in µs. */
const RETAINED_WITHIN = 5e6

interface Around {
  client: ReconnectingClient
  log: WatchLog
  /** What rules and scripts have published: it fires nothing. */
  echoes: Echoes
  readers: Readers
  /** Runs a check of an open collection; never rejects. */
  runCheck(check: WatchedCheck): Promise<CheckEnd>
  /** Every topic that had messages. */
  topics(): Iterable<TopicEntry>
  /** Whether messages are recorded, so that their ids lead to them. */
  isRecording(): boolean
  /** Lets subscribers have what was received so far. */
  flush(): void
  tellStates(states: Omit<EventPayload<'watch.states'>, 'connectionId'>): void
  tell(entries: WatchEntry[]): void
}

/** The rules of one connection, in its worker: they see the messages that it has recorded. */
export class Watching {
  private readonly engine: WatchEngine
  private readonly actor: Actor
  private rules = new Map<string, WatchRule>()
  /** Whether a rule is on: one look for each message while none is. */
  private isOn = false
  private wasOpened = false
  private onlineSince: number | null = null
  private ticking: NodeJS.Timeout | null = null
  private telling: NodeJS.Timeout | null = null
  private untold: WatchEntry[] = []
  private toldStates = ''

  constructor(private readonly around: Around) {
    const { client, log } = around
    this.engine = new WatchEngine(around.readers, (firing) => this.act(firing))
    this.actor = new Actor({
      log,
      echoes: around.echoes,
      publish: async (topic, payload, qos, retain) => client.connected.publish(topic, payload, qos, retain),
      runCheck: (check) => around.runCheck(check),
      tell: (entry) => this.tell(entry)
    })
    client.on('status', ({ state }) => this.setOnline(state === 'online'))
  }

  readonly subscriber: Subscriber = {
    name: 'watch rules',
    message: (message) => {
      if (this.isOn) this.take(message)
    },
    topics: (entries) => {
      if (this.isOn) this.know(entries)
    },
    reset: () => this.engine.reset()
  }

  setRules(rules: readonly WatchRule[]): void {
    if (!this.wasOpened) this.around.log.open()
    this.rules = new Map(rules.map((rule) => [rule.id, rule]))
    this.engine.setRules(rules)
    this.isOn = !this.engine.isIdle
    if (this.isOn) void this.knowAll()
    if (!this.wasOpened)
      for (const { ruleId, ...entry } of this.around.log.unended()) this.engine.restore(ruleId, entry)
    this.wasOpened = true
    if (this.ticking) clearInterval(this.ticking)
    this.ticking = this.isOn ? setInterval(() => this.tick(), TICK) : null
    this.tellSoon()
  }

  useReaders(readers: Readers): void {
    this.engine.useReaders(readers)
  }

  calls(): CallsOf<'connection', 'watch'> {
    const { log } = this.around
    return {
      'watch.states': () => this.states(),
      'watch.log': ({ ruleId, before, limit }) =>
        log.page((entry) => ruleId === null || entry.ruleId === ruleId, before, limit),
      'watch.clearLog': () => log.clear(),
      'watch.marks': ({ from, to, limit }) => {
        const isWithin = ({ marked, at }: WatchEntry): boolean =>
          marked && (from === null || at >= from) && (to === null || at < to)
        return log.page(isWithin, null, limit).entries
      }
    }
  }

  stop(): void {
    if (this.ticking) clearInterval(this.ticking)
    if (this.telling) clearTimeout(this.telling)
    this.around.log.write()
  }

  private states(): Omit<EventPayload<'watch.states'>, 'connectionId'> {
    return { states: this.engine.states(), logFault: this.around.log.fault }
  }

  /** Lets new rules know the topics, between messages. */
  private async knowAll(): Promise<void> {
    const { rules } = this
    const pacer = new Pacer(SLICE_MS)
    for (const entry of this.around.topics()) {
      this.know([entry])
      if ((await pacer.yieldIfDue()) && rules !== this.rules) return
    }
  }

  private know(entries: Iterable<TopicEntry>): void {
    const now = Date.now() * 1_000
    for (const { name, id, lastId } of entries) if (lastId > 0) this.engine.know(name, id, now)
  }

  private take(message: RecordedMessage): void {
    const { topic, payload, receivedAt, entry } = message
    if (!this.engine.isWatched(topic, entry.id, receivedAt)) return
    // Compares the payload, so only for topics that are watched.
    if (this.around.echoes.has(topic, payload, receivedAt)) return
    this.engine.take(this.seen(message))
  }

  private seen({ topic, payload, receivedAt: at, retain, id, entry }: RecordedMessage): Seen {
    const messageId = this.around.isRecording() ? id : null
    return { topic, topicId: entry.id, at, messageId, payload, isStored: retain && this.isStored(at) }
  }

  /**
   * Whether a message with the retain flag comes from what the broker retains. Before MQTT 5, no other one has it [MQTT-3.3.1-9]; with
   * Retain As Published (MQTT 5.0, 3.8.3.1), live ones keep it.
   */
  private isStored(at: number): boolean {
    if (this.around.client.status.version !== 5) return true
    return this.onlineSince !== null && at - this.onlineSince < RETAINED_WITHIN
  }

  private setOnline(isOnline: boolean): void {
    if (isOnline === (this.onlineSince !== null)) return
    this.onlineSince = isOnline ? Date.now() * 1_000 : null
    this.engine.setOnline(this.onlineSince)
  }

  private tick(): void {
    const now = Date.now() * 1_000
    this.tellSoon()
    if (this.engine.due > now) return
    // What was received before must be seen before.
    this.around.flush()
    this.engine.advance(now)
  }

  private act(firing: Firing): void {
    const rule = this.rules.get(firing.ruleId)
    if (rule) this.actor.act(rule, firing)
  }

  private tell(entry: WatchEntry): void {
    this.untold.push(entry)
    this.tellSoon()
  }

  private tellSoon(): void {
    this.telling ??= setTimeout(() => {
      this.telling = null
      const entries = this.untold.splice(0)
      if (entries.length > 0) this.around.tell(entries)
      const states = this.states()
      const text = JSON.stringify(states)
      if (text === this.toldStates) return
      this.toldStates = text
      this.around.tellStates(states)
    }, TELL_EVERY)
  }
}
