import type { HaDeviceRow, HaFault } from '../../../shared/contract/home-assistant'
import { m } from '../../paraglide/messages'
import { momentTime, toTheSecond } from '../../state/format'

/** Short names of faults. */
export const faultName: Record<HaFault, () => string> = {
  NOT_JSON: m.devices_ha_fault_not_json,
  TOO_LARGE: m.devices_ha_fault_too_large,
  NO_STATE_TOPIC: m.devices_ha_fault_no_state_topic,
  NO_PLATFORM: m.devices_ha_fault_no_platform,
  NOT_RETAINED: m.devices_ha_fault_not_retained,
  SILENT: m.devices_ha_fault_silent
}

const faultSentences: Record<Exclude<HaFault, 'SILENT'>, () => string> = {
  NOT_JSON: m.devices_ha_why_not_json,
  TOO_LARGE: m.devices_ha_why_too_large,
  NO_STATE_TOPIC: m.devices_ha_why_no_state_topic,
  NO_PLATFORM: m.devices_ha_why_no_platform,
  NOT_RETAINED: m.devices_ha_why_not_retained
}

/** Explains a fault in a sentence. `lastHeard` in µs since 1970 UTC; 0: never. */
export function faultSentence(fault: HaFault, lastHeard: number): string {
  if (fault !== 'SILENT') return faultSentences[fault]()
  if (lastHeard === 0) return m.devices_ha_why_never()
  return m.devices_ha_why_silent({ time: toTheSecond(momentTime(lastHeard)) })
}

/** Display name of a row, also of one that is not a device. */
export function deviceName({ name, broken }: Pick<HaDeviceRow, 'name' | 'broken'>): string {
  return broken ? m.devices_ha_broken() : (name ?? m.devices_ha_alone())
}
