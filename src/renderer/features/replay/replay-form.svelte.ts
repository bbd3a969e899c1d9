import type { HistoryRef } from '../../../shared/contract/histories'
import { FASTEST, SLOWEST, type ReplayRequest } from '../../../shared/contract/replay'
import { filterFault, topicFault } from '../../../shared/topic'
import { m } from '../../paraglide/messages'
import { rangeOf, type RangeKind } from '../../state/range'
import { faultSentence } from '../../state/field-faults'

/** The speeds that are offered; `max`: as fast as the broker takes it. */
export type SpeedChoice = '1' | '10' | '100' | 'max' | 'other'

/** What the dialog asks, as it is typed. */
export class ReplayForm {
  target = $state('')
  /** The user accepts that the target records into the history that is read. */
  confirmed = $state(false)
  include = $state('')
  exclude = $state('')
  period = $state<RangeKind>('all')
  from = $state('')
  to = $state('')
  stateFirst = $state<ReplayRequest['selection']['state']>('none')
  published = $state(false)
  speed = $state<SpeedChoice>('1')
  /** Used with `other`; NaN while it is not a number. */
  times = $state(2)
  loop = $state(false)
  prefixFrom = $state('')
  prefixTo = $state('')
  payloadTimes = $state<ReplayRequest['options']['times']>('keep')
  pointers = $state('')
  qos = $state<'recorded' | '0' | '1' | '2'>('recorded')
  retain = $state<'recorded' | 'on' | 'off'>('recorded')
  /** Whether the further options are shown. */
  unfolded = $state(false)

  readonly faults = $derived.by(() => ({
    include: filtersFault(this.include),
    exclude: filtersFault(this.exclude),
    period: periodFault(this.period, this.from, this.to),
    speed:
      this.speed === 'other' && !(this.times >= SLOWEST && this.times <= FASTEST)
        ? m.fault_replay_speed()
        : null,
    prefixFrom: prefixFault(this.prefixFrom),
    prefixTo: prefixFault(this.prefixTo),
    pointers: this.payloadTimes === 'pointers' ? pointersFault(this.pointers) : null
  }))
  /** Whether the period has a start, before which topics have a state. */
  readonly hasStart = $derived(this.period !== 'all' && (this.period !== 'custom' || this.from !== ''))

  /** Shows the further options if something is wrong with them: otherwise nobody would see why nothing happens. */
  unfoldFaults(): void {
    const { prefixFrom, prefixTo, pointers } = this.faults
    if ([prefixFrom, prefixTo, pointers].some((fault) => fault !== null)) this.unfolded = true
  }

  /** The request; null while something is wrong. `until`: when the last hour or day ends, in ms since 1970 UTC. */
  request(history: HistoryRef, until: number): ReplayRequest | null {
    if (Object.values(this.faults).some((fault) => fault !== null)) return null
    const range = rangeOf(this.period, this.from, this.to, until)
    if (typeof range === 'string') return null
    return {
      history,
      target: this.target,
      intoSource: this.confirmed,
      selection: {
        include: linesOf(this.include),
        exclude: linesOf(this.exclude),
        ...range,
        published: this.published,
        state: this.hasStart ? this.stateFirst : 'none'
      },
      options: {
        speed: this.speed === 'max' ? null : this.speed === 'other' ? this.times : Number(this.speed),
        loop: this.loop,
        prefix: { from: this.prefixFrom, to: this.prefixTo },
        times: this.payloadTimes,
        pointers: this.payloadTimes === 'pointers' ? linesOf(this.pointers) : [],
        qos: this.qos === 'recorded' ? null : (Number(this.qos) as 0 | 1 | 2),
        retain: this.retain === 'recorded' ? null : this.retain === 'on'
      }
    }
  }
}

/** One entry a line. Blanks count, because topics may contain them. */
function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '')
}

function filtersFault(text: string): string | null {
  const lines = linesOf(text)
  if (lines.length > 100) return faultSentence('TOO_MANY')
  const fault = lines.map(filterFault).find((each) => each !== null)
  return fault ? faultSentence(`FILTER_${fault}`) : null
}

function pointersFault(text: string): string | null {
  const lines = linesOf(text)
  if (lines.length === 0) return faultSentence('REQUIRED')
  if (lines.length > 100) return faultSentence('TOO_MANY')
  return lines.every((line) => line.startsWith('/')) ? null : m.fault_replay_pointer()
}

function prefixFault(text: string): string | null {
  const fault = text === '' ? null : topicFault(text)
  return fault && faultSentence(`TOPIC_${fault}`)
}

function periodFault(kind: RangeKind, from: string, to: string): string | null {
  switch (rangeOf(kind, from, to, 0)) {
    case 'missing':
      return m.export_range_missing()
    case 'reversed':
      return m.export_range_empty()
    default:
      return null
  }
}
