import type { BrokerOverview, DropCounts, SampleColumn } from '../../../../shared/contract/workbench'
import { m } from '../../../paraglide/messages'
import { bytes, compact, count, format } from '../../../state/format'

/** A small chart: what it shows as numbers, and as lines. */
export interface OverviewChart {
  id: string
  title: () => string
  lines: readonly { column: SampleColumn; label: () => string; colour: string }[]
  /** Writes a value beside the axis, and with its unit. */
  short: (value: number) => string
  long: (value: number) => string
  /** A remark below the numbers. */
  note: (now: BrokerOverview) => string
}

/** The causes for which messages are dropped. */
export const dropCauses: readonly { cause: keyof DropCounts; label: () => string; colour: string }[] = [
  { cause: 'unsubscribed', label: m.overview_drop_unsubscribed, colour: '--chart-2' },
  { cause: 'expired', label: m.overview_drop_expired, colour: '--chart-5' },
  { cause: 'queueFull', label: m.overview_drop_queue_full, colour: '--chart-7' },
  { cause: 'tooLarge', label: m.overview_drop_too_large, colour: '--chart-8' },
  { cause: 'refused', label: m.overview_drop_refused, colour: '--chart-4' }
]

const perSecond = (value: number): string => m.broker_per_second({ rate: compact(value) })
const bytesPerSecond = (value: number): string => m.broker_per_second({ rate: bytes(Math.round(value)) })
const whole = (value: number): string => (Number.isInteger(value) ? compact(value) : '')
const wholeBytes = (value: number): string => bytes(Math.round(value))

function percent(value: number): string {
  return format(
    'percent',
    (locale) => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 })
  ).format(value)
}

/** All messages that were dropped. */
export function sumOf(dropped: DropCounts): number {
  return dropCauses.reduce((sum, { cause }) => sum + dropped[cause], 0)
}

/** The charts in display order. */
export const overviewCharts: readonly OverviewChart[] = [
  {
    id: 'messages',
    title: m.overview_messages,
    lines: [
      { column: 'messagesIn', label: m.overview_in, colour: '--chart-1' },
      { column: 'messagesOut', label: m.overview_out, colour: '--chart-2' }
    ],
    short: compact,
    long: perSecond,
    note: ({ totals }) => m.overview_totals({ in: count(totals.messagesIn), out: count(totals.messagesOut) })
  },
  {
    id: 'bytes',
    title: m.overview_bytes,
    lines: [
      { column: 'bytesIn', label: m.overview_in, colour: '--chart-1' },
      { column: 'bytesOut', label: m.overview_out, colour: '--chart-2' }
    ],
    short: wholeBytes,
    long: bytesPerSecond,
    note: ({ totals }) => m.overview_totals({ in: bytes(totals.bytesIn), out: bytes(totals.bytesOut) })
  },
  {
    id: 'dropped',
    title: m.overview_dropped,
    lines: dropCauses.map(({ cause, label, colour }) => ({ column: cause, label, colour })),
    short: compact,
    long: perSecond,
    note: ({ totals }) => m.overview_since_start({ count: count(sumOf(totals.dropped)) })
  },
  {
    id: 'clients',
    title: m.overview_clients,
    lines: [
      { column: 'clients', label: m.overview_connected, colour: '--chart-1' },
      { column: 'absent', label: m.overview_absent, colour: '--chart-3' }
    ],
    short: whole,
    long: count,
    note: ({ mostClients, expiredSessions }) =>
      m.overview_clients_note({ most: count(mostClients), expired: count(expiredSessions) })
  },
  {
    id: 'subscriptions',
    title: m.overview_subscriptions,
    lines: [{ column: 'subscriptions', label: m.overview_subscriptions, colour: '--chart-1' }],
    short: whole,
    long: count,
    note: ({ sharedSubscriptions }) => m.overview_shared({ count: count(sharedSubscriptions) })
  },
  {
    id: 'retained',
    title: m.overview_retained,
    lines: [{ column: 'retained', label: m.overview_retained, colour: '--amber-mark' }],
    short: whole,
    long: count,
    note: ({ retained }) => bytes(retained.bytes)
  },
  {
    id: 'queued',
    title: m.overview_queued,
    lines: [
      { column: 'waiting', label: m.overview_waiting, colour: '--chart-3' },
      { column: 'inFlight', label: m.overview_in_flight, colour: '--chart-2' }
    ],
    short: whole,
    long: count,
    note: ({ waiting }) => m.overview_queued_note({ size: bytes(waiting.bytes) })
  },
  {
    id: 'cpu',
    title: m.overview_cpu,
    lines: [{ column: 'cpu', label: m.overview_cpu, colour: '--chart-6' }],
    short: percent,
    long: percent,
    note: () => m.overview_cpu_note()
  },
  {
    id: 'memory',
    title: m.overview_memory,
    lines: [{ column: 'memory', label: m.overview_memory, colour: '--chart-6' }],
    short: wholeBytes,
    long: wholeBytes,
    note: () => m.overview_memory_note()
  }
]
