import type { PresenceState, SparkplugDetail } from '../../../shared/contract/devices'
import { m } from '../../paraglide/messages'
import { time } from '../../state/format'

/** Names of states. */
export const stateName: Record<PresenceState, () => string> = {
  online: m.devices_state_online,
  stale: m.devices_state_stale,
  offline: m.devices_state_offline
}

const reasonSentences: Record<
  NonNullable<SparkplugDetail['reason']>,
  (about: { metric: string }) => string
> = {
  gap: () => m.devices_reason_gap(),
  unknown: m.devices_reason_unknown,
  unborn: () => m.devices_reason_unborn(),
  missed: () => m.devices_reason_missed(),
  away: () => m.devices_reason_away(),
  malformed: () => m.devices_reason_malformed()
}

/** What the user should know about the state of an edge node or device; null if all is well. */
export function standing({ state, reason, unknown, births, diedAt }: SparkplugDetail): string | null {
  if (state === 'offline')
    return diedAt === 0
      ? m.devices_offline_never()
      : births === 0
        ? m.devices_offline_unborn({ time: time(diedAt) })
        : m.devices_offline_text({ time: time(diedAt) })
  return reason === null ? null : reasonSentences[reason]({ metric: unknown ?? '?' })
}
