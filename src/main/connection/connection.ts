import type { ConnectionStats, SubscriptionState } from '../../shared/contract/connections'
import type { Channel } from '../../shared/rpc/channel'
import { createPeer } from '../../shared/rpc/peer'
import { Replaying } from '../automation/replay/replaying'
import { Requesting } from '../automation/request/requesting'
import { Scheduling } from '../automation/schedule/scheduling'
import { ScriptTap } from '../automation/scripts/tap'
import { Echoes } from '../automation/watch/echoes'
import { payloadReaders } from '../automation/watch/payload-readers'
import type { Readers } from '../automation/watch/seen'
import { RuleChecks } from '../automation/watch/rule-checks'
import { WatchLog } from '../automation/watch/watch-log'
import { Watching } from '../automation/watch/watching'
import { Decoders } from '../decode/decoders'
import { SchemaFiles } from '../decode/schema-files'
import { deviceCalls } from '../devices/device-calls'
import { HomeAssistant } from '../devices/home-assistant'
import { historyBytes, watchLogPath } from '../history/path'
import type { LastMessage, TopicEntry } from '../history/topics'
import { PacketLog } from '../packets/log'
import { packetCalls } from '../packets/packet-calls'
import type {
  ConnectionControl,
  ConnectionData,
  ConnectionFunctions,
  ConnectionNews
} from './connection-functions'
import { clearingCalls } from './history-clearing'
import { rateOf, tickAt } from '../topics/rate'
import { Jobs } from '../jobs/jobs'
import { clientCalls } from '../mqtt/client-calls'
import { keepsSession } from '../mqtt/options'
import { MessageStream } from '../recorder/message-stream'
import { Recorder } from '../recorder/recorder'
import { StoreSwitch } from '../recorder/store-switch'
import { RetentionSchedule } from '../recorder/retention-schedule'
import { Retained } from '../retained/retained'
import { ReconnectingClient } from '../mqtt/reconnecting-client'
import { SparkplugFollower } from './sparkplug'
import { trafficSubscriber, treeSubscriber, viewsSubscriber } from './subscribers'
import { Suggestions } from '../topics/suggestions'
import { trafficCalls } from '../topics/traffic-calls'
import { TrafficMeter } from '../topics/traffic-meter'
import { TopicTree } from '../topics/tree'
import { viewCalls } from '../topics/tree-calls'
import { Views } from '../topics/view-frames'

const STATS_EVERY = 1_000
/** How much of a last value a filter searches. */
const VALUE_BYTES = 65_536

/** One complete open connection: client, recorder, tree and views, serving calls over a channel. Its worker is a thin wrapper. */
export function createConnection(
  channel: Channel,
  { profileId, generation, historyPath }: ConnectionData
): void {
  const recording = new StoreSwitch(historyPath, () => peer.call('historyDamaged', undefined))
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
  const jobs = new Jobs()
  const replaying = new Replaying(jobs, client, {
    page: (id) => peer.call('replayPage', { id }),
    tell: (status) => peer.notify('replay', status)
  })
  const scheduling = new Scheduling(client, {
    next: (id) => peer.call('scheduledMessage', { id }),
    tell: (status) => peer.notify('schedule', status)
  })
  const requesting = new Requesting(client, {
    now: () => recording.store.now(),
    tell: (status) => peer.notify('request', status)
  })
  const readers = (): Readers => payloadReaders(decoders, sparkplug.namesFor)
  const echoes = new Echoes()
  const scripts = new ScriptTap(echoes, (batch) => peer.notify('forScripts', batch))
  const ruleChecks = new RuleChecks((run) => peer.notify('runCheck', run))
  const watching = new Watching({
    runCheck: (check) => ruleChecks.run(check),
    ...{ client, echoes },
    log: new WatchLog(watchLogPath(historyPath)),
    readers: readers(),
    topics: () => recording.store.topics.values(),
    isRecording: () => recording.writer !== null,
    flush: () => recorder.flush(),
    tellStates: (sight) => peer.notify('watchStates', sight),
    tell: (entries) => peer.notify('watchTold', entries)
  })
  const retained = new Retained({
    jobs,
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
  stream.subscribe(watching.subscriber)
  stream.subscribe(scripts.subscriber)
  stream.subscribe(requesting.subscriber)
  recorder.on('marked', () => views.changed())
  recording.on('changed', (fault, setAside) => client.recordingChanged(fault, setAside))
  client.on('status', ({ state, version, subscriptions }) => {
    recorder.retainAsPublished = version === 5 && subscriptions.every(showsRetained)
    if (state === 'online') return
    // First deliver the messages received while the connection was up.
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
  const suggestions = new Suggestions()
  let timer: NodeJS.Timeout | null = null

  const publishing = clientCalls(client)
  const control: ConnectionControl = {
    async connect({ profile, secrets }) {
      recorder.setPowerSafe(profile.history.powerSafe)
      recorder.sessionKept = keepsSession(profile)
      retention.setLimits(profile.history)
      retained.use(profile, secrets)
      await client.connect(profile, secrets)
      return client.status
    },
    attemptEnded: () => client.attemptEnded(),
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
      replaying.stop()
      requesting.stop()
      await scheduling.end()
      await client.disconnect()
      recorder.flush()
      watching.stop()
      recording.end()
    },
    settle() {
      recorder.flush()
    },
    last({ topic }) {
      recorder.flush()
      const message = recording.liveMessage(topic)
      return message ? { message } : { id: recording.store.topics.get(topic)?.lastId ?? 0 }
    },
    cancelJob: ({ id }) => jobs.cancel(id),
    startReplay: (input) => replaying.start(input),
    controlReplay: (input) => replaying.control(input),
    setDecoding({ schemas, bindings }) {
      decoders = new Decoders(new SchemaFiles(schemas), bindings)
      views.restart()
      watching.useReaders(readers())
    },
    startSchedule: (input) => scheduling.start(input),
    stopSchedule: (input) => scheduling.stop(input),
    setWatchRules: (rules) => watching.setRules(rules),
    checkEnded: ({ id, end }) => ruleChecks.ended(id, end),
    setScripts: (filters) => scripts.setFilters(filters),
    async publishForScript({ properties, ...message }) {
      echoes.expect(message.topic, message.payload, Date.now() * 1_000)
      return publishing['messages.publish']({
        connectionId: profileId,
        ...message,
        ...(properties && { properties })
      })
    }
  }
  const calls: ConnectionFunctions = {
    ...control,
    ...publishing,
    ...viewCalls(views),
    'topics.watch': ({ viewId, expanded, ...options }) => views.open(viewId, options, expanded),
    'topics.suggest': (sought) => suggestions.suggest(recording.store.topics.values(), sought),
    ...clearingCalls({
      jobs,
      recording,
      recorder,
      tree,
      views,
      cleared: (scope) => peer.notify('cleared', scope)
    }),
    ...trafficCalls(traffic, tree),
    ...packetCalls(packets, () => `${client.status.name} (${client.status.address})`),
    ...deviceCalls({
      sparkplug,
      homeAssistant,
      publish: async (topic, payload) => client.connected.publish(topic, payload, 0, false)
    }),
    ...retained.calls(),
    ...requesting.calls(),
    ...watching.calls()
  }
  const peer = createPeer<ConnectionNews>(channel, calls)

  client.on('status', (status) => peer.notify('status', status))
  jobs.on('changed', (job) => peer.notify('job', job))
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

/** Whether a subscription gets every retained message, and later ones with their retain flag. Only then is an unmarked topic not retained. */
function showsRetained({ retainAsPublished = true, retainHandling = 0 }: SubscriptionState): boolean {
  return retainAsPublished && retainHandling === 0
}

/** Converts an error to a plain one that can be sent to the main thread, whatever properties it has. */
function plainError(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error))
  const plain = new Error(error.message)
  if (error.stack !== undefined) plain.stack = error.stack
  return plain
}
