import type { ConnectionStats } from '../../shared/contract/connections'
import { AppError } from '../../shared/errors'
import type { Channel } from '../../shared/rpc/channel'
import { createPeer } from '../../shared/rpc/peer'
import { Decoders } from '../decode/decoders'
import { SchemaFiles } from '../decode/schema-files'
import { topicOf } from '../decode/sparkplug-topic'
import { HomeAssistant } from '../devices/home-assistant'
import { rebirthPayload } from '../devices/rebirth'
import { historyFault } from '../history/open'
import { historyBytes } from '../history/path'
import type { LastMessage, TopicEntry } from '../history/topics'
import { PacketLog } from '../packets/log'
import { PacketReader } from '../packets/reader'
import type { ConnectionCalls, ConnectionData, ConnectionNews } from './protocol'
import { rank } from '../topics/traffic-ranking'
import { rateOf, tickAt } from '../topics/rate'
import { keepsSession } from '../mqtt/options'
import { MessageStream } from '../recorder/message-stream'
import { Recorder } from '../recorder/recorder'
import { StoreSwitch } from '../recorder/store-switch'
import { RetentionSchedule } from '../recorder/retention-schedule'
import { Retained } from '../retained/retained'
import { ReconnectingClient } from '../mqtt/reconnecting-client'
import { SparkplugFollower } from './sparkplug'
import { trafficSubscriber, treeSubscriber, viewsSubscriber } from './subscribers'
import { suggest } from '../topics/suggest'
import { TrafficMeter } from '../topics/traffic-meter'
import { TopicTree } from '../topics/tree'
import { Views } from '../topics/views'

const STATS_EVERY = 1_000
/** How much of a last value is looked through by a filter. */
const VALUE_BYTES = 65_536

/** One open connection, whole: client, recorder, tree and views, answering over a channel. Its worker is a thin file around it. */
export function createConnection(
  channel: Channel,
  { profileId, generation, historyPath }: ConnectionData
): void {
  const recording = new StoreSwitch(historyPath)
  const stream = new MessageStream()
  const recorder = new Recorder(recording, stream)
  const retention = new RetentionSchedule(recording, recorder, stream)
  const read = (entry: TopicEntry, bytes?: number): LastMessage | null => {
    try {
      return recording.store.last(entry, bytes)
    } catch (error) {
      recorder.fail(error)
      return null
    }
  }

  const packets = new PacketLog()
  const packetReader = new PacketReader(packets)
  const client = new ReconnectingClient({ id: profileId, generation }, recorder, packets)

  const tree = new TopicTree()
  const traffic = new TrafficMeter(tickAt(Date.now()))
  const sparkplug = new SparkplugFollower(historyPath, recording, tree, recorder)
  const homeAssistant = new HomeAssistant({
    below: (path) => tree.entriesBelow(path),
    newest: (path) => tree.find(path)?.lastId ?? 0,
    lastId: (topic) => recording.store.topics.get(topic)?.lastId ?? 0,
    last(topic, bytes) {
      const entry = recording.store.topics.get(topic)
      return entry ? read(entry, bytes) : null
    },
    retained(topic) {
      if ((recording.store.topics.get(topic)?.retainedAt ?? 0) > 0) return true
      return recorder.retainAsPublished ? false : null
    }
  })
  let decoders = new Decoders(new SchemaFiles([]), [])
  const views = new Views(tree, {
    last(entry) {
      const last = read(entry)
      return (
        last && { ...last, line: decoders.preview(entry.name, last.start, last.size, sparkplug.namesFor) }
      )
    },
    value: (entry) => read(entry, VALUE_BYTES)?.start.toString() ?? null
  })
  const retained = new Retained({
    connectionId: profileId,
    online: () => client.status.state === 'online',
    store: () => recording.store,
    noteRetained: (topic, at) => recorder.noteRetained(topic, at),
    preview: (topic, start, size) => decoders.preview(topic, start, size)
  })

  stream.subscribe(treeSubscriber(tree))
  stream.subscribe(trafficSubscriber(traffic))
  stream.subscribe({ name: 'Sparkplug', message: (message) => sparkplug.take(message) })
  stream.subscribe({ name: 'session queue', message: (message) => client.countQueued(message) })
  stream.subscribe(viewsSubscriber(views))
  recorder.on('marked', () => views.changed())
  recording.on('changed', (fault, setAside) => client.recordingChanged(fault, setAside))
  client.on('status', ({ state }) => {
    if (state === 'online') return
    // What came before counts as such.
    recorder.flush()
    sparkplug.leave()
  })

  const stats = (): ConnectionStats => ({
    id: profileId,
    rate: rateOf(tree.root, tickAt(Date.now())),
    topics: tree.root.topics,
    messages: tree.root.messages,
    newestId: tree.root.lastId,
    received: recorder.received,
    sent: recorder.sent,
    unrecorded: recorder.unrecorded,
    loading: recording.loading,
    historyBytes: recording.writer ? historyBytes(historyPath) : 0
  })
  let suggestions = 0
  let timer: NodeJS.Timeout | null = null

  const calls: ConnectionCalls = {
    async connect({ profile, secrets }) {
      recorder.setPowerSafe(profile.history.powerSafe)
      recorder.sessionKept = keepsSession(profile)
      recorder.retainAsPublished = profile.version === 5
      retention.setLimits(profile.history)
      retained.use(profile, secrets)
      await client.connect(profile, secrets)
      return client.status
    },
    async disconnect() {
      await client.disconnect()
      return client.status
    },
    async shutDown() {
      if (timer) clearInterval(timer)
      views.stop()
      retention.stop()
      sparkplug.stop()
      retained.cancel()
      await client.disconnect()
      recorder.flush()
      recording.end()
    },
    subscribe: (subscription) => client.subscribe(subscription),
    unsubscribe: (filter) => client.unsubscribe(filter),
    publish: async ({ topic, payload, qos, retain }) =>
      client.connected.publish(topic, bufferOf(payload), qos, retain),
    watch: ({ viewId, options, expanded }) => views.open(viewId, options, expanded),
    update: ({ viewId, options, branches }) => views.get(viewId).update(options, branches),
    unwatch: (viewId) => views.close(viewId),
    reveal: ({ viewId, path }) => views.get(viewId).reveal(path),
    find: ({ viewId, text, from }) => views.get(viewId).find(text, from),
    at: ({ viewId, index }) => views.get(viewId).at(index),
    async suggest({ text, limit }) {
      const turn = ++suggestions
      const found = await suggest(recording.store.topics.values(), text, limit, () => turn !== suggestions)
      return found ?? []
    },
    settle() {
      recorder.flush()
    },
    last({ topic }) {
      recorder.flush()
      const live = recording.liveMessage(topic)
      if (!live) return { id: recording.store.topics.get(topic)?.lastId ?? 0 }
      return { message: live }
    },
    setDecoding({ schemas, bindings }) {
      decoders = new Decoders(new SchemaFiles(schemas), bindings)
      views.restart()
    },
    traffic({ query, seconds }) {
      const recent = traffic.recent(seconds, tickAt(Date.now()))
      const counted = recent.topics.flatMap(({ id, ...sums }) => {
        const topic = tree.nameOf(id)
        return topic === undefined ? [] : [{ topic, ...sums }]
      })
      return rank(counted, query, recent.seconds)
    },
    recordPackets: (on) => packets.record(on),
    packets: ({ filter, first, count, until }) => packetReader.window(filter, first, count, until),
    packet: (number) => packetReader.get(number),
    exportPackets: ({ filter, format }) =>
      packetReader.export(filter, format, `Treetop: ${client.status.name} (${client.status.address})`),
    sparkplug: (wanted) => sparkplug.listing.list(wanted, sparkplug.loading),
    sparkplugDetail: (wanted) => sparkplug.listing.detail(wanted),
    rebirth: async ({ group, node }) =>
      client.connected.publish(topicOf('NCMD', group, node, null), rebirthPayload(Date.now()), 0, false),
    homeAssistant: (wanted) => homeAssistant.list(wanted),
    homeAssistantDevice: (wanted) => homeAssistant.device(wanted),
    retained: () => retained.status,
    lookUpRetained: (filter) => retained.lookUp(filter),
    retainedRows: ({ list, plan, sort, first, count }) => retained.rows(list, plan, sort, first, count),
    planRetained: ({ list, scope }) => retained.makePlan(list, scope),
    clearRetained: (plan) => retained.clear(plan),
    undoRetained: (overwrite) => retained.undo(overwrite),
    cancelRetained: () => retained.cancel(),
    dismissRetained: () => retained.dismiss(),
    async clear(scope) {
      await recording.whenLoaded()
      recorder.flush()
      const { writer, fault } = recording
      if (!writer) throw new AppError('HISTORY_UNAVAILABLE', { reason: fault?.reason ?? '' })
      // Gone from every view before the rows are: those of a million topics take their time.
      tree.remove(scope)
      views.tellNow()
      try {
        return await writer.clear(scope)
      } catch (error) {
        recorder.fail(error)
        throw historyFault(error)
      }
    }
  }
  const peer = createPeer<ConnectionNews>(channel, calls)

  client.on('status', (status) => peer.notify('status', status))
  views.on('frame', (frame) => peer.notify('frame', frame))
  retained.on('status', (status) => peer.notify('retained', status))
  recording.on('replaced', () => peer.notify('historyReplaced', undefined))
  stream.on('fault', ({ subscriber, error, times }) =>
    peer.notify('subscriberFailed', { subscriber, error: plainError(error), times })
  )
  let told = ''
  const tellStats = (): void => {
    const now = stats()
    const text = JSON.stringify(now)
    if (text === told) return
    told = text
    peer.notify('stats', now)
  }
  timer = setInterval(tellStats, STATS_EVERY)

  recording.open()
  void sparkplug.start()
  peer.notify('status', client.status)
  tellStats()
}

/** An error as it crosses to the main thread, whatever it carries. */
function plainError(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error))
  const plain = new Error(error.message)
  if (error.stack !== undefined) plain.stack = error.stack
  return plain
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
