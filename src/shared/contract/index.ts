import type { z } from 'zod'
import { accessCalls, accessEvents } from './access'
import { appCalls, appEvents } from './app'
import { boardCalls, boardEvents } from './boards'
import { bridgeCalls, bridgeEvents } from './bridge'
import { brokerCalls, brokerEvents } from './broker'
import { checkCalls, checkEvents } from './checks'
import { collectionCalls, collectionEvents } from './collections'
import { compareCalls } from './compare'
import { connectionTestCalls } from './connection-tests'
import { connectionCalls, connectionEvents } from './connections'
import { jobCalls, jobEvents } from './jobs'
import { learnCalls } from './learn'
import { markCalls, markEvents } from './marks'
import { decodeCalls, decodeEvents } from './decode'
import type { Route } from './define'
import { deviceCalls } from './devices'
import { encodingCalls } from './encode'
import { faultCalls, faultEvents } from './faults'
import { homeAssistantCalls } from './home-assistant'
import { messageCalls, messageEvents } from './messages'
import { momentCalls } from './moments'
import { mqttSnCalls } from './mqtt-sn'
import { newCheckCalls } from './new-checks'
import { outgrowCalls } from './outgrow'
import { packetCalls } from './packets'
import { probeCalls, probeEvents } from './probe'
import { profileCalls, profileEvents } from './profiles'
import { profileVariableCalls } from './profile-variables'
import { requestCalls, requestEvents } from './requests'
import { recordingCalls, recordingEvents } from './recordings'
import { replayCalls, replayEvents } from './replay'
import { retainedCalls, retainedEvents } from './retained'
import { scheduleCalls, scheduleEvents } from './schedules'
import { scriptCalls, scriptEvents } from './scripts'
import { seriesCalls } from './series'
import { simulatorCalls, simulatorEvents } from './simulators'
import { subtreeCalls, subtreeEvents } from './subtree'
import { topicChartCalls, topicChartEvents } from './topic-charts'
import { topicCalls, topicEvents } from './topics'
import { trafficCalls } from './traffic'
import { proxyCalls, proxyEvents } from './transport'
import { transferCalls } from './transfer'
import { updateCalls, updateEvents } from './updates'
import { watchCalls, watchEvents } from './watch'
import { workbenchCalls } from './workbench'

/** Every call that a renderer can make, by `domain.verb`. */
export const calls = {
  ...appCalls,
  ...profileCalls,
  ...profileVariableCalls,
  ...proxyCalls,
  ...connectionCalls,
  ...connectionTestCalls,
  ...topicCalls,
  ...markCalls,
  ...boardCalls,
  ...topicChartCalls,
  ...messageCalls,
  ...jobCalls,
  ...packetCalls,
  ...momentCalls,
  ...compareCalls,
  ...decodeCalls,
  ...encodingCalls,
  ...recordingCalls,
  ...replayCalls,
  ...retainedCalls,
  ...seriesCalls,
  ...trafficCalls,
  ...deviceCalls,
  ...homeAssistantCalls,
  ...transferCalls,
  ...updateCalls,
  ...watchCalls,
  ...brokerCalls,
  ...workbenchCalls,
  ...accessCalls,
  ...outgrowCalls,
  ...faultCalls,
  ...probeCalls,
  ...mqttSnCalls,
  ...bridgeCalls,
  ...subtreeCalls,
  ...learnCalls,
  ...collectionCalls,
  ...checkCalls,
  ...newCheckCalls,
  ...scheduleCalls,
  ...scheduleCalls,
  ...requestCalls,
  ...simulatorCalls,
  ...scriptCalls
}

/** Every event that a renderer can receive. */
export const events = {
  ...appEvents,
  ...profileEvents,
  ...proxyEvents,
  ...connectionEvents,
  ...topicEvents,
  ...markEvents,
  ...boardEvents,
  ...topicChartEvents,
  ...messageEvents,
  ...jobEvents,
  ...decodeEvents,
  ...recordingEvents,
  ...replayEvents,
  ...retainedEvents,
  ...updateEvents,
  ...watchEvents,
  ...brokerEvents,
  ...accessEvents,
  ...faultEvents,
  ...probeEvents,
  ...bridgeEvents,
  ...subtreeEvents,
  ...collectionEvents,
  ...checkEvents,
  ...scheduleEvents,
  ...scheduleEvents,
  ...requestEvents,
  ...simulatorEvents,
  ...scriptEvents
}

export type CallName = keyof typeof calls
export type CallInput<N extends CallName> = z.infer<(typeof calls)[N]['input']>
export type CallOutput<N extends CallName> = z.infer<(typeof calls)[N]['output']>
export type EventName = keyof typeof events
export type EventPayload<N extends EventName> = z.infer<(typeof events)[N]>

type NamesOf<R extends Route, D extends string> = {
  [N in CallName & `${D}.${string}`]: (typeof calls)[N]['route'] extends R ? N : never
}[CallName & `${D}.${string}`]

/**
 * The functions that answer a route's calls, by name: all of them, or those of one domain, as in `CallsOf<'connection', 'packets'>`. Each
 * receives the whole validated input and throws an AppError.
 */
export type CallsOf<R extends Route, D extends string = string> = {
  [N in NamesOf<R, D>]: (input: CallInput<N>) => CallOutput<N> | Promise<CallOutput<N>>
}
