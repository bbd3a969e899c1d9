import type { FaultKind, FaultSpec, PacketScope } from '../../../../shared/contract/faults'
import { m } from '../../../paraglide/messages'
import { bytes, count } from '../../../state/format'
import { reasonName } from '../../../state/sentences'
import { listed } from '../../../state/joined'

interface Words {
  name: () => string
  about: () => string
  struck: (inputs: { count: number; shown: string }) => string
}

const words: Record<FaultKind, Words> = {
  latency: {
    name: m.faults_kind_latency,
    about: m.faults_about_latency,
    struck: m.faults_struck_latency
  },
  loss: { name: m.faults_kind_loss, about: m.faults_about_loss, struck: m.faults_struck_loss },
  duplicate: {
    name: m.faults_kind_duplicate,
    about: m.faults_about_duplicate,
    struck: m.faults_struck_duplicate
  },
  withhold: {
    name: m.faults_kind_withhold,
    about: m.faults_about_withhold,
    struck: m.faults_struck_withhold
  },
  disconnect: {
    name: m.faults_kind_disconnect,
    about: m.faults_about_disconnect,
    struck: m.faults_struck_disconnect
  },
  slowReading: {
    name: m.faults_kind_slow_reading,
    about: m.faults_about_slow_reading,
    struck: m.faults_struck_slow_reading
  },
  connack: { name: m.faults_kind_connack, about: m.faults_about_connack, struck: m.faults_struck_connack },
  suback: { name: m.faults_kind_suback, about: m.faults_about_suback, struck: m.faults_struck_suback },
  queueFull: {
    name: m.faults_kind_queue_full,
    about: m.faults_about_queue_full,
    struck: m.faults_struck_queue_full
  },
  quota: { name: m.faults_kind_quota, about: m.faults_about_quota, struck: m.faults_struck_quota },
  away: { name: m.faults_kind_away, about: m.faults_about_away, struck: m.faults_struck_away }
}

/** The kinds of faults, for a choice. */
export function kindOptions(): { value: FaultKind; label: string }[] {
  return Object.entries(words).map(([value, { name }]) => ({ value: value as FaultKind, label: name() }))
}

export function kindName(kind: FaultKind): string {
  return words[kind].name()
}

/** What faults of a kind do, as a sentence. */
export function kindText(kind: FaultKind): string {
  return words[kind].about()
}

/** What a fault did so far, such as `3 packets lost`. */
export function struckText(kind: FaultKind, times: number): string {
  return words[kind].struck({ count: times, shown: count(times) })
}

/** Whom a fault is for, such as `client esp32 · topics plant/#`. */
export function scopeText(spec: Pick<FaultSpec, 'scope'>): string {
  const { clientId, listener, filter }: PacketScope = { clientId: null, filter: null, ...spec.scope }
  const parts = [
    clientId !== null && m.faults_client({ client: clientId }),
    listener !== null && m.faults_port({ port: listener }),
    filter !== null && m.faults_topics({ filter })
  ].filter((part) => part !== false)
  return parts.join(' · ') || m.faults_everyone()
}

/** What a fault does and how often, such as `300 ± 50 ms · 10% of packets`. */
export function factsText(spec: FaultSpec): string {
  return [...ownFacts(spec), ...rateFacts(spec)].join(' · ')
}

function rateFacts(spec: FaultSpec): string[] {
  if (!('rate' in spec)) return []
  const { rate, times } = spec
  const often =
    rate.by === 'chance'
      ? m.faults_fact_chance({ percent: Number((rate.chance * 100).toFixed(3)) })
      : rate.every === 1
        ? m.faults_fact_every()
        : m.faults_fact_nth({ every: count(rate.every) })
  return times === null ? [often] : [often, m.faults_fact_times({ times: count(times) })]
}

function ownFacts(spec: FaultSpec): string[] {
  switch (spec.kind) {
    case 'latency': {
      const { delay, jitter, direction } = spec
      const late = jitter === 0 ? m.faults_fact_delay({ delay }) : m.faults_fact_jitter({ delay, jitter })
      return direction === 'both' ? [late] : [late, directionName(direction)]
    }
    case 'loss':
      return spec.packets === 'any' ? [] : [lossName(spec.packets)]
    case 'withhold':
      return [listed(spec.packets)]
    case 'slowReading':
      return [m.faults_fact_speed({ bytes: bytes(spec.bytesPerSecond) })]
    case 'connack':
      return [
        ...(spec.returnCode === null ? [] : [reasonName(spec.returnCode, 4)]),
        ...(spec.reasonCode === null ? [] : [reasonName(spec.reasonCode, 5)])
      ]
    case 'suback':
      return [reasonName(spec.reasonCode, 5, 'SUBACK')]
    case 'duplicate':
    case 'disconnect':
    case 'queueFull':
    case 'quota':
    case 'away':
      return []
  }
}

export function directionName(direction: 'in' | 'out' | 'both'): string {
  return {
    both: m.faults_direction_both,
    in: m.faults_direction_in,
    out: m.faults_direction_out
  }[direction]()
}

export function lossName(packets: 'publish' | 'acknowledgement' | 'any'): string {
  return packets === 'publish'
    ? 'PUBLISH'
    : packets === 'any'
      ? m.faults_packets_any()
      : m.faults_packets_acknowledgement()
}

/** ms as `4:32` or `1:04:32`, rounded up to seconds. */
export function clock(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1_000))
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60]
  const shown = parts[0] === 0 ? parts.slice(1) : parts
  return shown.map((part, at) => (at === 0 ? String(part) : String(part).padStart(2, '0'))).join(':')
}
