import type { ProbeItem, ProbeItemId, ProbeVerdict } from '../../../shared/contract/probe'
import { ProbeWords } from '../../../shared/probe-words'
import { m } from '../../paraglide/messages'
import { count, milliseconds } from '../../state/format'

/** The words of a sheet in the user's language. */
export const words = new ProbeWords(m, count)

/** The groups in which a sheet is shown. */
export const groups: readonly { name: () => string; items: readonly ProbeItemId[] }[] = [
  { name: m.probe_group_versions, items: ['version31', 'version311', 'version5'] },
  {
    name: m.probe_group_messages,
    items: ['qos0', 'qos1', 'qos2', 'retain', 'retainCleared', 'messageExpiry', 'will']
  },
  {
    name: m.probe_group_subscriptions,
    items: [
      'wildcardPlus',
      'wildcardHash',
      'everything',
      'sys',
      'shared',
      'subscriptionIds',
      'noLocal',
      'retainAsPublished'
    ]
  },
  { name: m.probe_group_sessions, items: ['session', 'sessionExpiry', 'keepAlive', 'assignedClientId'] },
  {
    name: m.probe_group_limits,
    items: ['receiveMaximum', 'topicAlias', 'topicLength', 'clientIdLength', 'packetSize', 'packetPassed']
  }
]

/** How an item is tested. */
export function aboutItem(id: ProbeItemId): string {
  return m[`probe_about_${id}`]()
}

/** The figure of an item: how fast, how much, or the code that refused it; '' if there is none. */
export function figureOf({ id, finding, value, answer, roundTrip }: ProbeItem): string {
  if (roundTrip !== null) return milliseconds(roundTrip)
  if (value !== null) return words.amount(id, value)
  if (finding === 'byDefault') return words.amount(id, null)
  return answer === null || finding === 'accepted' ? '' : `0x${answer.code.toString(16).padStart(2, '0')}`
}

/** How many items of a sheet have each verdict. */
export function countVerdicts(items: readonly ProbeItem[]): Record<ProbeVerdict, number> {
  const counts = { supported: 0, notSupported: 0, unknown: 0 }
  for (const { verdict } of items) counts[verdict]++
  return counts
}
