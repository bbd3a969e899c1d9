import { m } from '../paraglide/messages'

/** Faults of watch rules, and of checks that are made in the app, with their sentences. */
export const automationFaults = {
  WATCH_SECONDS: m.fault_watch_seconds,
  WATCH_SECONDS_1: m.fault_watch_seconds_1,
  WATCH_NUMBER: m.fault_watch_number,
  WATCH_COUNT: m.fault_watch_count,
  WATCH_UPPER: m.fault_watch_upper,
  WATCH_NO_ACTION: m.fault_watch_no_action,
  FILTER_SHARED_WATCH: m.fault_watch_shared,
  CHECK_NAME_BRACES: m.fault_check_name_braces,
  CHECK_NAME_TAKEN: m.fault_check_name_taken,
  CHECK_SECRET: m.fault_check_secret,
  CHECK_TOO_LARGE: m.fault_check_too_large,
  CHECK_WITHIN: m.fault_check_within
} satisfies Record<string, () => string>

export type AutomationFault = keyof typeof automationFaults
