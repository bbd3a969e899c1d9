import type { Settings } from '../../../shared/contract/app'
import { BrokerLimits, type BrokerListener, type BrokerStatus } from '../../../shared/contract/broker'
import { snSettingsKey } from '../../../shared/contract/mqtt-sn'
import { listenersOf } from './listeners'

type Running = Extract<BrokerStatus, { state: 'running' }>

/** Whether the running broker was started with other settings than those stored now. The order of listeners has no effect. */
export function needsRestart(running: Running, settings: Settings): boolean {
  return (
    running.forgets !== settings.brokerForgets ||
    !sameLimits(running.limits, settings.brokerLimits) ||
    namesOf(running.listeners) !== namesOf(listenersOf(settings)) ||
    (running.sn !== undefined && running.sn !== snSettingsKey(settings.brokerSn))
  )
}

export function sameLimits(one: BrokerLimits, other: BrokerLimits): boolean {
  return BrokerLimits.keyof().options.every((name) => one[name] === other[name])
}

function namesOf(listeners: readonly BrokerListener[]): string {
  return listeners
    .map(({ kind, host, port }) => `${port} ${kind} ${host}`)
    .sort()
    .join()
}
