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

/** Data messages that are read again at most; births, deaths and STATE are, however old, as long as there is room. */
const MAX_DATA = 50_000
/** Births and deaths that are read again at most, the newest; more nodes and devices are not followed. */
const MAX_BIRTHS = 120_000
/** STATE messages of before 3.0 that are read again at most, the newest. */
const MAX_STATES = 1_000
/** Payload bytes that are read again at most, those of births first: anybody may have published anything. */
const MAX_BYTES = 256 * 1_048_576
const SPARKPLUG = { topic: 'spBv1.0', subtree: true }
/** Ids looked up, or messages read, between two chances to do something else: some ms. */
const IDS_AT_ONCE = 1_000
const SLICE_MS = 8

/**
 * Follows Sparkplug B in what a connection records. What was before is read again from the history, from the newest births on, a part at a
 * time; what comes meanwhile waits there for its turn.
 */
export class SparkplugFollower {
  private readonly session = new SparkplugSession()
  readonly listing = new SparkplugListing(this.session)
  /** The share of the history that has been read, 0 to 1; null when all is known. */
  loading: number | null = 0
  private ended = false
  private readonly startedAt = Date.now() * 1_000

  constructor(
    private readonly path: string,
    private readonly recording: StoreSwitch,
    private readonly tree: TopicTree,
    private readonly recorder: Recorder,
    /** Payload bytes that are read again from the history at most. */
    private readonly replayBytes = MAX_BYTES
  ) {}

  /** Takes a recorded message. Messages on other topics cost a look at the first letter. */
  take({ topic, payload, receivedAt, id }: RecordedMessage): void {
    if (this.loading !== null || !mayBeSparkplug(topic)) return
    this.session.take({ topic, payload, receivedAt, messageId: id }, 'live')
  }

  /** What births say of the metrics of a topic's data. */
  readonly namesFor = (topic: string): BirthNames | null => this.session.namesFor(topic)

  /** The connection is down: messages may go by. */
  leave(): void {
    this.session.leave()
  }

  stop(): void {
    this.ended = true
  }

  /** Reads again what the history has. Where it cannot be read, what comes is followed all the same. */
  async start(): Promise<void> {
    try {
      await this.recording.whenLoaded()
      if (this.recording.writer && !this.ended) await this.replay()
    } catch {
      // The page shows what comes from now on; that the history is damaged is told elsewhere.
    }
    this.loading = null
  }

  private async replay(): Promise<void> {
    this.recorder.flush()
    const reader = HistoryReader.open(this.path)
    try {
      // What is newer comes after, whatever there was room for before.
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
      // What came meanwhile, to the last message: nothing can come in between from here on.
      for (let last = newest; !this.ended;) {
        this.recorder.flush()
        const { rows } = reader.page({ scope: SPARKPLUG, after: last, limit: IDS_AT_ONCE })
        if (rows.length === 0) break
        for (const { id } of rows.reverse()) take(id)
        last = rows.at(-1)!.id
      }
      // Hosts of before 3.0 are known by their newest STATE alone.
      const states = [...this.tree.entriesBelow('STATE')].map(({ lastId }) => lastId)
      for (const id of states.sort((a, b) => b - a).slice(0, MAX_STATES)) take(id)
      if (!live) this.session.leave()
    } finally {
      reader.close()
    }
  }

  /** Ids, up to one, of the messages that are to be read again, in order. */
  private async wanted(reader: HistoryReader, newest: number): Promise<number[]> {
    const births: number[] = []
    let oldestBirth = Infinity
    for (const { name, lastId } of this.tree.entriesBelow('spBv1.0')) {
      const type = sparkplugTopic(name)?.type
      if (!type || /(DATA|CMD)$/.test(type)) continue
      births.push(lastId)
      if (type.endsWith('BIRTH')) oldestBirth = Math.min(oldestBirth, lastId)
    }
    // Where nobody was born, data alone tell who is there.
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

  /** The first of some messages whose payloads have at most so many bytes together. */
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
