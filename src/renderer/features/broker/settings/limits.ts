import { BrokerLimits } from '../../../../shared/contract/broker'
import { m } from '../../../paraglide/messages'
import { count } from '../../../state/format'

/** A limit as the settings show it. */
export interface LimitField {
  name: keyof BrokerLimits
  label: () => string
  hint: () => string
  unit?: () => string
  /** How many of the contract's units make one that is shown. */
  scale: number
}

export const limitFields: readonly LimitField[] = [
  { name: 'clients', label: m.broker_clients, hint: m.broker_limit_clients_hint, scale: 1 },
  {
    name: 'packetSize',
    label: m.broker_limit_packet,
    hint: m.broker_limit_packet_hint,
    unit: () => 'MB',
    scale: 1_000_000
  },
  {
    name: 'topicLevels',
    label: m.broker_limit_levels,
    hint: m.broker_limit_levels_hint,
    scale: 1
  },
  {
    name: 'queueMessages',
    label: m.broker_limit_queue_messages,
    hint: m.broker_limit_queue_messages_hint,
    scale: 1
  },
  {
    name: 'queueBytes',
    label: m.broker_limit_queue_bytes,
    hint: m.broker_limit_queue_bytes_hint,
    unit: () => 'MB',
    scale: 1_000_000
  },
  {
    name: 'allQueuedBytes',
    label: m.broker_limit_all_queued,
    hint: m.broker_limit_all_queued_hint,
    unit: () => 'MB',
    scale: 1_000_000
  },
  {
    name: 'sessions',
    label: m.broker_limit_sessions,
    hint: m.broker_limit_sessions_hint,
    scale: 1
  },
  {
    name: 'retainedBytes',
    label: m.broker_limit_retained,
    hint: m.broker_limit_retained_hint,
    unit: () => 'MB',
    scale: 1_000_000
  },
  {
    name: 'connectTimeout',
    label: m.broker_limit_connect,
    hint: m.broker_limit_connect_hint,
    unit: m.app_unit_seconds,
    scale: 1_000
  },
  {
    name: 'keepAlive',
    label: m.broker_limit_keep_alive,
    hint: m.broker_limit_keep_alive_hint,
    unit: m.app_unit_seconds,
    scale: 1
  }
]

/** A limit in the unit that is shown. */
export function shownLimit({ name, scale }: LimitField, limits: BrokerLimits): number {
  return limits[name] / scale
}

/** A typed limit in the contract's unit; null if the contract does not allow it. */
export function readLimit({ name, scale }: LimitField, typed: number): number | null {
  // Only a fraction of a larger unit is rounded: 2.5 clients are a mistake.
  const parsed = BrokerLimits.shape[name].safeParse(scale === 1 ? typed : Math.round(typed * scale))
  return parsed.success ? parsed.data : null
}

/** What is wrong with a typed limit, as a sentence that says what is allowed; null: nothing. */
export function limitFault(field: LimitField, typed: number): string | null {
  if (readLimit(field, typed) !== null) return null
  const { minValue, maxValue } = BrokerLimits.shape[field.name]
  const [min, max] = [minValue ?? 0, maxValue ?? 0].map((bound) => count(bound / field.scale))
  const range = { min: min!, max: max! }
  return field.scale === 1 ? m.broker_limit_whole_range(range) : m.broker_limit_range(range)
}
