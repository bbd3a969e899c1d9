import type { Subscriber } from '../recorder/message-stream'
import { tickAt } from '../topics/rate'
import type { TrafficMeter } from '../topics/traffic-meter'
import type { TopicTree } from '../topics/tree'
import type { Views } from '../topics/view-frames'

/** Updates a tree with the recorded messages. */
export function treeSubscriber(tree: TopicTree): Subscriber {
  return {
    name: 'tree',
    message: (message) => tree.count(message, tickAt(message.receivedAt / 1_000)),
    topics: (entries) => tree.load(entries),
    removed: (entry, messages) => tree.lose(entry, messages),
    reset: () => tree.reset()
  }
}

/** Counts traffic by topic. */
export function trafficSubscriber(traffic: TrafficMeter): Subscriber {
  return {
    name: 'traffic',
    message: ({ entry, payload, receivedAt }) =>
      traffic.count(entry.id, payload.length, tickAt(receivedAt / 1_000))
  }
}

/** Notifies views that their tree may have changed. It must subscribe after the tree. */
export function viewsSubscriber(views: Views): Subscriber {
  const changed = (): void => views.changed()
  return { name: 'views', message: changed, topics: changed, removed: changed }
}
