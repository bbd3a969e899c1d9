import { PredefinedTopic, SnSettings } from '../../../../shared/contract/mqtt-sn'
import { topicFault } from '../../../../shared/topic'
import { m } from '../../../paraglide/messages'
import { faultSentence } from '../../../state/field-faults'

/** ADVERTISE interval that is suggested, in seconds (MQTT-SN 1.2, 7.2: more than 15 minutes). */
export const USUAL_ADVERTISE = 900

export function gatewayIdFault(id: number): string | null {
  return SnSettings.shape.gatewayId.safeParse(id).success ? null : m.sn_gateway_id_fault()
}

export function advertiseFault(seconds: number): string | null {
  return SnSettings.shape.advertise.unwrap().safeParse(seconds).success ? null : m.sn_interval_fault()
}

/** What is wrong with the id of a predefined topic beside the others, as a sentence. */
export function topicIdFault(id: number, others: readonly PredefinedTopic[]): string | null {
  if (!PredefinedTopic.shape.id.safeParse(id).success) return m.sn_id_fault()
  return others.some((other) => other.id === id) ? m.sn_id_taken({ id }) : null
}

export function topicNameFault(topic: string): string | null {
  const fault = topicFault(topic)
  if (fault) return faultSentence(`TOPIC_${fault}`)
  return PredefinedTopic.shape.topic.safeParse(topic).success ? null : m.sn_topic_long()
}

/** The lowest id that no topic has; null: all are taken. */
export function freeTopicId(topics: readonly PredefinedTopic[]): number | null {
  const taken = new Set(topics.map(({ id }) => id))
  for (let id = 1; id <= 65_534; id++) if (!taken.has(id)) return id
  return null
}
