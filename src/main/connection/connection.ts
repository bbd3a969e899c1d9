import type { ConnectionStats } from '../../shared/contract/connections'
import type { Scope } from '../../shared/contract/messages'
import type { Channel } from '../../shared/rpc/channel'
import { createPeer } from '../../shared/rpc/peer'
import type { TopicEntry } from '../history/topics'
import { HistoryWriter } from '../history/writer'
import type { ConnectionCalls, ConnectionData, ConnectionNews } from './protocol'
import { rateOf, tickAt } from './rate'
import { Recorder } from './recorder'
import { Session } from './session'
import { TopicTree } from './tree'
import { Views } from './views'

const STATS_EVERY = 1_000

/** One open connection, whole: client, recorder, tree and views, answering over a channel. Its worker is a thin file around it. */
export function createConnection(channel: Channel, { profileId, historyPath }: ConnectionData): void {
  const writer = HistoryWriter.open(historyPath)
  const tree = new TopicTree()
  tree.load(writer.topics.values())
  const views = new Views(tree, (frame) => peer.notify('frame', frame))
  const recorder = new Recorder(writer, tree, {
    changed: () => views.changed(),
    mayBeQueued: () => session.countQueued(),
    failed: (reason) => session.recordingFailed(reason)
  })
  const session = new Session(profileId, recorder, (status) => peer.notify('status', status))

  const stats = (): ConnectionStats => ({
    id: profileId,
    rate: rateOf(tree.root, tickAt(Date.now())),
    topics: tree.root.topics,
    messages: tree.root.messages,
    received: recorder.received,
    sent: recorder.sent,
    unrecorded: recorder.unrecorded,
    historyBytes: writer.bytes()
  })
  let told = ''
  const timer = setInterval(() => {
    const now = stats()
    const text = JSON.stringify(now)
    if (text === told) return
    told = text
    peer.notify('stats', now)
  }, STATS_EVERY)

  const calls: ConnectionCalls = {
    async connect({ profile, secrets }) {
      await session.connect(profile, secrets)
      return session.status
    },
    async disconnect() {
      await session.disconnect()
      return session.status
    },
    async shutDown() {
      clearInterval(timer)
      views.stop()
      await session.disconnect()
      recorder.flush()
      writer.close()
    },
    subscribe: (subscription) => session.subscribe(subscription),
    unsubscribe: (filter) => session.unsubscribe(filter),
    publish: async ({ topic, payload, qos, retain }) =>
      session.connected.publish(topic, bufferOf(payload), qos, retain),
    watch: ({ viewId, options, expanded }) => views.open(viewId, options, expanded),
    update: ({ viewId, options, expand, collapse }) => views.get(viewId).update(options, expand, collapse),
    unwatch: (viewId) => views.close(viewId),
    reveal: ({ viewId, path }) => views.get(viewId).reveal(path),
    find: ({ viewId, text, from }) => views.get(viewId).find(text, from),
    at: ({ viewId, index }) => views.get(viewId).at(index),
    settle({ topic }) {
      recorder.flush()
      return topic === null ? null : (writer.topics.get(topic)?.last?.id ?? null)
    },
    clear: async (scope) => {
      recorder.flush()
      const entries = entriesIn(scope)
      tree.remove(entries)
      return writer.clear(entries)
    }
  }
  const peer = createPeer<ConnectionNews>(channel, calls)

  function entriesIn({ topic, subtree }: Scope): TopicEntry[] {
    const entries = [...writer.topics.values()]
    if (topic === null) return entries
    return entries.filter(({ name }) => name === topic || (subtree && name.startsWith(`${topic}/`)))
  }

  peer.notify('status', session.status)
  peer.notify('stats', stats())
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
