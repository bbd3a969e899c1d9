import type { Authenticator } from './authenticator'
import type { Clock } from './clock'
import type { GroupCommit } from './group-commit'
import type { HookSet } from './hook-set'
import type { Limits } from './limits'
import type { Backlog } from './outgoing'
import type { Flusher } from './output'
import type { Retained } from './retained'
import type { Subscriptions } from './subscriptions'
import type { Traffic } from './traffic'

/** What connections and sessions of one broker share. */
export interface Parts {
  readonly clock: Clock
  readonly limits: Limits
  readonly hooks: HookSet
  /** By Authentication Method (MQTT 5.0, 4.12). */
  readonly authenticators: ReadonlyMap<string, () => Authenticator>
  readonly commit: GroupCommit
  readonly subscriptions: Subscriptions
  readonly retained: Retained
  readonly traffic: Traffic
  readonly backlog: Backlog
  readonly flusher: Flusher
}
