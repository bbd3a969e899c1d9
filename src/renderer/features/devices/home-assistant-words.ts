import type { HaDeviceRow, HaFault } from '../../../shared/contract/home-assistant'
import { m } from '../../paraglide/messages'
import { momentTime, toTheSecond } from '../../state/format'

/** What a fault is called, in a word or two. */
export const faultName: Record<HaFault, () => string> = {
  NOT_JSON: m.devices_ha_fault_not_json,
  TOO_LARGE: m.devices_ha_fault_too_large,
  NO_STATE_TOPIC: m.devices_ha_fault_no_state_topic,
  NO_PLATFORM: m.devices_ha_fault_no_platform,
  NOT_RETAINED: m.devices_ha_fault_not_retained,
  SILENT: m.devices_ha_fault_silent
}

/** What a fault comes to, as a sentence. `lastHeard` in µs since 1970 UTC; 0: never. */
export function faultSentence(fault: HaFault, lastHeard: number): string {
  switch (fault) {
    case 'NOT_JSON':
      return m.devices_ha_why_not_json()
    case 'TOO_LARGE':
      return m.devices_ha_why_too_large()
    case 'NO_STATE_TOPIC':
      return m.devices_ha_why_no_state_topic()
    case 'NO_PLATFORM':
      return m.devices_ha_why_no_platform()
    case 'NOT_RETAINED':
      return m.devices_ha_why_not_retained()
    case 'SILENT':
      return lastHeard === 0
        ? m.devices_ha_why_never()
        : m.devices_ha_why_silent({ time: toTheSecond(momentTime(lastHeard)) })
  }
}

/** What a device is called: some lines stand for no device. */
export function deviceName({ name, broken }: Pick<HaDeviceRow, 'name' | 'broken'>): string {
  return broken ? m.devices_ha_broken() : (name ?? m.devices_ha_alone())
}
