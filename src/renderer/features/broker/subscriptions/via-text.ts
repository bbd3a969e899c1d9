import { m } from '../../../paraglide/messages'
import { count } from '../../../state/format'
import type { AudienceClient } from './audience.svelte'

/** A subscription as the cause of a delivery: `plant/# · QoS 1 · No local`. */
export function viaText({ filter, qos, noLocal, identifier }: AudienceClient['via'][number]): string {
  return [
    m.subs_via_filter({ filter, qos }),
    ...(noLocal ? [m.subs_no_local()] : []),
    ...(identifier === null ? [] : [m.subs_via_identifier({ identifier: count(identifier) })])
  ].join(' · ')
}
