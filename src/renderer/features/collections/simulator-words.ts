import type { SimulatorFault, SimulatorStatus } from '../../../shared/contract/simulators'
import { m } from '../../paraglide/messages'
import { connectionName, faultTitle } from '../../state/connection-sentences'
import { compact, count, milliseconds } from '../../state/format'
import { templateFaultText } from '../../state/template-words'

const example = '{{device}}'

const faults: Record<Exclude<SimulatorFault['code'], 'TEMPLATE'>, () => string> = {
  CLIENTS: m.simulators_fault_clients,
  CLIENT_ID: () => m.simulators_fault_client_id({ example: `sensor-${example}` }),
  SAME_IDS: () => m.simulators_fault_same_ids({ example }),
  RAMP_UP: m.simulators_fault_ramp_up,
  DURATION: m.simulators_fault_duration,
  NO_MESSAGES: m.simulators_fault_no_messages,
  EVERY: m.simulators_fault_every
}

export function simulatorFaultText({ code, template }: SimulatorFault): string {
  if (code !== 'TEMPLATE') return faults[code]()
  return template ? templateFaultText(template) : ''
}

/** What a simulator is doing, or why it ended. */
export function simulatorState({ state, end }: SimulatorStatus): string {
  if (end === 'duration') return m.simulators_end_duration()
  if (end === 'stopped') return m.simulators_end_stopped()
  if (end === 'crashed') return m.simulators_end_crashed()
  return state === 'connecting' ? m.simulators_state_connecting() : m.simulators_state_running()
}

/** How far a simulator is, or its report. */
export function simulatorFacts(status: SimulatorStatus): string[] {
  const { state, clients, connected, connecting, asked, rate, held, sent, acknowledged, missed } = status
  const { mean, p99, max } = status.lateness
  const isOver = state === 'ended'
  return [
    ...(isOver ? [] : [m.simulators_connected({ count: count(connected), total: count(clients) })]),
    ...(connecting > 0 && !isOver ? [m.simulators_connecting({ count: count(connecting) })] : []),
    ...(isOver ? [] : [m.simulators_rate({ rate: rateText(rate), asked: rateText(asked) })]),
    ...(held
      ? [
          m.simulators_held({
            rate: rateText(held.rate),
            time: milliseconds(held.milliseconds),
            share: `${((held.rate / asked) * 100).toFixed(1)} %`
          })
        ]
      : []),
    m.runs_sent({ count: count(sent) }),
    ...(acknowledged > 0 ? [m.simulators_acknowledged({ count: count(acknowledged) })] : []),
    ...(missed > 0 ? [m.simulators_missed({ count: count(missed) })] : []),
    ...(sent > 0
      ? [m.runs_lateness({ mean: milliseconds(mean), p99: milliseconds(p99), max: milliseconds(max) })]
      : [])
  ]
}

/** Devices without a connection, and why. */
export function simulatorTroubles({ state, failed, failures, target }: SimulatorStatus): string[] {
  return [
    ...(failed > 0 && state !== 'ended' ? [m.simulators_failed({ count: count(failed) })] : []),
    ...failures.map((each) =>
      m.simulators_reason({
        count: count(each.count),
        reason: faultTitle(each.fault, connectionName(target))
      })
    )
  ]
}

export function rateText(rate: number): string {
  return rate >= 100 ? count(Math.round(rate)) : compact(Number(rate.toPrecision(3)))
}
