import { setImmediate as turn } from 'node:timers/promises'
import { mayBeSparkplug, sparkplugTopic } from '../decode/sparkplug-topic'
import type { BirthNames } from '../decode/sparkplug-value'
import { SparkplugListing } from '../devices/listing'
import { SparkplugSession } from '../devices/sparkplug-session'
import { HistoryReader } from '../history/reader'
import { Pacer } from '../pacer'
import type { RecordedMessage } from '../recorder/message'
import type { Recorder } from '../recorder/recorder'
import type { StoreSwitch } from '../recorder/store-switch'
import type { TopicTree } from '../topics/tree'

/** Most data messages that are replayed. Births, deaths and STATE are replayed whatever their age, within the limits below. */
const MAX_DATA = 50_000
/** Most births and deaths that are replayed, the newest ones. Further nodes and devices are not followed. */
const MAX_BIRTHS = 120_000
/** Most STATE messages from before version 3.0 that are replayed, the newest ones. */
const MAX_STATES = 1_000
/** Most payload bytes that are replayed, births first. The limit guards against huge payloads from any publisher. */
const MAX_BYTES = 256 * 1_048_576
const SPARKPLUG = { topic: 'spBv1.0', subtree: true }
/** Ids looked up, or messages read, before other work may run: some ms. */
const IDS_AT_ONCE = 1_000
const SLICE_MS = 8

/**
 * Follows Sparkplug B in the messages that a connection records. Earlier messages are replayed from the history in parts, starting at the
 * newest births. Messages received meanwhile wait in the history until the replay reaches them.
 */
export class SparkplugFollower {
  private readonly session = new SparkplugSession()
  readonly listing = new SparkplugListing(this.session)
  /** The share of the history that has been replayed, 0 to 1; null when the replay is complete. */
  loading: number | null = 0
  private ended = false
  private readonly startedAt = Date.now() * 1_000

  constructor(
    private readonly path: string,
    private readonly recording: StoreSwitch,
    private readonly tree: TopicTree,
    private readonly recorder: Recorder,
    /** Most payload bytes that are replayed from the history. */
    private readonly replayBytes = MAX_BYTES
  ) {}

  /** Handles a recorded message. Other topics are ruled out cheaply. */
  take({ topic, payload, receivedAt, id }: RecordedMessage): void {
    if (this.loading !== null || !mayBeSparkplug(topic)) return
    this.session.take({ topic, payload, receivedAt, messageId: id }, 'live')
  }

  /** Returns the metrics that births declared for a topic's data. */
  readonly namesFor = (topic: string): BirthNames | null => this.session.namesFor(topic)

  /** The connection is down, so messages may be missed. */
  leave(): void {
    this.session.leave()
  }

  stop(): void {
    this.ended = true
  }

  /** Replays the history. If it cannot be read, new messages are still followed. */
  async start(): Promise<void> {
    try {
      await this.recording.whenLoaded()
      if (this.recording.writer && !this.ended) await this.replay()
    } catch {
      // The page shows new messages from now on. A damaged history is reported elsewhere.
    }
    this.loading = null
  }

  private async replay(): Promise<void> {
    this.recorder.flush()
    const reader = HistoryReader.open(this.path)
    try {
      // Newer messages are read afterwards, however many older ones fit the limits.
      const [newest = 0] = reader.ids(SPARKPLUG, Number.MAX_SAFE_INTEGER, 1)
      const ids = await this.wanted(reader, newest)
      let live = false
      const take = (id: number): void => {
        const message = reader.get(id)
        if (message?.direction !== 'in') return
        if (!live && message.receivedAt >= this.startedAt) {
          live = true
          this.session.leave()
        }
        this.session.take({ ...message, messageId: id }, live ? 'live' : 'history')
      }
      const pacer = new Pacer(SLICE_MS)
      for (let index = 0; index < ids.length && !this.ended; index++) {
        take(ids[index]!)
        if (await pacer.yieldIfDue()) this.loading = (index + 1) / ids.length
      }
      // Read the messages recorded meanwhile, up to the last one. Nothing below yields, so no message can arrive in between.
      for (let last = newest; !this.ended;) {
        this.recorder.flush()
        const { rows } = reader.page({ scope: SPARKPLUG, after: last, limit: IDS_AT_ONCE })
        if (rows.length === 0) break
        for (const { id } of rows.reverse()) take(id)
        last = rows.at(-1)!.id
      }
      // Hosts from before version 3.0 are known only by their newest STATE.
      const states = [...this.tree.entriesBelow('STATE')].map(({ lastId }) => lastId)
      for (const id of states.sort((a, b) => b - a).slice(0, MAX_STATES)) take(id)
      if (!live) this.session.leave()
    } finally {
      reader.close()
    }
  }

  /** Returns the ids of the messages to replay, up to `newest`, in order. */
  private async wanted(reader: HistoryReader, newest: number): Promise<number[]> {
    const births: number[] = []
    let oldestBirth = Infinity
    for (const { name, lastId } of this.tree.entriesBelow('spBv1.0')) {
      const type = sparkplugTopic(name)?.type
      if (!type || /(DATA|CMD)$/.test(type)) continue
      births.push(lastId)
      if (type.endsWith('BIRTH')) oldestBirth = Math.min(oldestBirth, lastId)
    }
    // Without births, only data messages show which nodes exist.
    if (oldestBirth === Infinity) oldestBirth = 0
    const wanted = new Set(births.sort((a, b) => b - a).slice(0, MAX_BIRTHS))
    let read = 0
    for (let before = Number.MAX_SAFE_INTEGER; before > oldestBirth && read < MAX_DATA && !this.ended;) {
      const ids = reader.ids(SPARKPLUG, before, IDS_AT_ONCE)
      for (const id of ids) if (id > oldestBirth) wanted.add(id)
      read += ids.length
      if (ids.length < IDS_AT_ONCE) break
      before = ids.at(-1)!
      await turn()
    }
    const affordable = await this.firstWithin(this.replayBytes, [...wanted], reader)
    return affordable.filter((id) => id > 0 && id <= newest).sort((a, b) => a - b)
  }

  /** Returns the first of the messages, as many as fit in this many payload bytes. */
  private async firstWithin(bytes: number, ids: readonly number[], reader: HistoryReader): Promise<number[]> {
    let left = bytes
    for (const [place, id] of ids.entries()) {
      left -= reader.payloadBytes(id)
      if (left < 0) return ids.slice(0, place)
      if (place % IDS_AT_ONCE === 0) await turn()
      if (this.ended) break
    }
    return [...ids]
  }
}
