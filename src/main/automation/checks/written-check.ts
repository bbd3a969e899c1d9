import type { NewCheck } from '../../../shared/contract/new-checks'
import type { Subject } from './subject'

/** A check takes a minute at most, unless it says otherwise. */
const DEFAULT_TIMEOUT = 60
const MAX_TIMEOUT = 600

/** A check that expects a message, as its file has it. */
export function writtenCheck(
  subject: Subject,
  { name, publishes, match, within }: Pick<NewCheck, 'name' | 'publishes' | 'match' | 'within'>,
  payload: Record<string, unknown>
): Record<string, unknown> {
  const { topic, qos, retain, properties } = subject
  // Whoever publishes may do so at a higher QoS: a subscription at this one gets it as it was seen.
  const subscribes = !publishes && match.qos && qos < 2
  return {
    name,
    // The wait, and time to connect.
    ...(within + 10 > DEFAULT_TIMEOUT && { timeout: timeText(Math.min(MAX_TIMEOUT, within + 10)) }),
    steps: [
      ...(subscribes ? [{ subscribe: { filter: topic, qos } }] : []),
      ...(publishes ? [{ publish: subject.publish }] : []),
      {
        expect: {
          topic,
          ...payload,
          ...(match.qos && { qos }),
          // What is published while one is subscribed arrives without the flag [MQTT-3.3.1-9].
          ...(match.retain && { retain: publishes ? false : retain }),
          ...(match.properties && Object.keys(properties).length > 0 && { properties }),
          within: timeText(within)
        }
      }
    ]
  }
}

/** @param seconds at least 0.1 */
function timeText(seconds: number): string {
  return Number.isInteger(seconds) ? `${seconds}s` : `${Math.round(seconds * 1_000)}ms`
}
