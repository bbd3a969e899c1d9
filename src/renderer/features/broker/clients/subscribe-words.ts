import { SubscriptionRow } from '../../../../shared/contract/broker-clients'
import { filterFault } from '../../../../shared/topic'
import { m } from '../../../paraglide/messages'
import { faultSentence } from '../../../state/field-faults'

const handlings: Record<SubscriptionRow['retainHandling'], () => string> = {
  0: m.clients_handling_0,
  1: m.clients_handling_1,
  2: m.clients_handling_2
}

/** What a subscription does about retained messages. */
export function handlingName(handling: SubscriptionRow['retainHandling']): string {
  return handlings[handling]()
}

export function handlingOptions(): { value: SubscriptionRow['retainHandling']; label: string }[] {
  return ([0, 1, 2] as const).map((value) => ({ value, label: handlingName(value) }))
}

/** What is wrong with a subscription, beside its filter and beside its identifier; null: nothing. */
export function subscriptionFaults({ filter, noLocal, identifier }: SubscriptionRow): {
  filter: string | null
  identifier: string | null
} {
  const fault = filterFault(filter)
  return {
    filter:
      fault !== null
        ? faultSentence(`FILTER_${fault}`)
        : noLocal && filter.startsWith('$share/')
          ? m.clients_subscribe_no_local_shared()
          : null,
    identifier: SubscriptionRow.shape.identifier.safeParse(identifier).success
      ? null
      : m.clients_subscribe_identifier_fault()
  }
}
