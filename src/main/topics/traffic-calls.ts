import type { CallsOf } from '../../shared/contract'
import { tickAt } from './rate'
import type { TrafficMeter } from './traffic-meter'
import { rank } from './traffic-ranking'
import type { TopicTree } from './tree'

/** The calls about recent traffic. */
export function trafficCalls(traffic: TrafficMeter, tree: TopicTree): CallsOf<'connection', 'traffic'> {
  return {
    'traffic.recent'({ query, seconds }) {
      const recent = traffic.recent(seconds, tickAt(Date.now()))
      const counted = recent.topics.flatMap(({ id, ...sums }) => {
        const topic = tree.nameOf(id)
        return topic === undefined ? [] : [{ topic, ...sums }]
      })
      return rank(counted, query, recent.seconds)
    }
  }
}
