import {
  BridgeDrop,
  filterOn,
  type BridgeRule,
  type BridgeStatus,
  type MosquittoNote
} from '../../../../shared/contract/bridge'
import type { ConnectionStatus } from '../../../../shared/contract/connections'
import type { MqttVersion } from '../../../../shared/contract/profiles'
import { FIRST_FAILURE } from '../../../../shared/mqtt-codes'
import { m } from '../../../paraglide/messages'
import { bytes, count, time, toTheSecond } from '../../../state/format'
import { reasonName } from '../../../state/sentences'
import { explained } from '../../../state/joined'

export const stateWords: Record<BridgeStatus['state'], () => string> = {
  off: m.bridges_state_off,
  waiting: m.bridges_state_waiting,
  connecting: m.bridges_state_connecting,
  online: m.bridges_state_online,
  reconnecting: m.bridges_state_reconnecting,
  failed: m.bridges_state_failed
}

export const versionNames: Record<MqttVersion, string> = { 3: '3.1', 4: '3.1.1', 5: '5' }

export function amount({ messages, bytes: size }: { messages: number; bytes: number }): string {
  return m.bridges_amount({ count: count(messages), size: bytes(size) })
}

const dropWords: Record<BridgeDrop, (words: { count: string }) => string> = {
  loop: m.bridges_drop_loop,
  queueFull: m.bridges_drop_queueFull,
  refused: m.bridges_drop_refused,
  tooLarge: m.bridges_drop_tooLarge,
  topicInvalid: m.bridges_drop_topicInvalid,
  connectionLost: m.bridges_drop_connectionLost
}

/** What was not carried, by cause; the last message. Empty if everything was. */
export function dropSentences({ dropped, lastDrop }: BridgeStatus): string[] {
  const causes = BridgeDrop.options.filter((cause) => dropped[cause] > 0)
  const sentences = causes.map((cause) => dropWords[cause]({ count: count(dropped[cause]) }))
  if (!lastDrop) return sentences
  const last = { topic: lastDrop.topic, time: toTheSecond(time(lastDrop.at * 1_000)) }
  return [
    ...sentences,
    lastDrop.direction === 'in' ? m.bridges_last_drop_in(last) : m.bridges_last_drop_out(last)
  ]
}

export function droppedSum({ dropped }: BridgeStatus): number {
  return BridgeDrop.options.reduce((sum, cause) => sum + dropped[cause], 0)
}

/** The filters that a side's broker refused. */
export function refusedFilters(status: ConnectionStatus | null, broker: string): string[] {
  if (status?.state !== 'online') return []
  return status.subscriptions.flatMap(({ filter, code, reasonString }) => {
    if (code === null || code < FIRST_FAILURE) return []
    const reason = explained(reasonName(code, status.version, 'SUBACK'), reasonString)
    return [m.bridges_filter_refused({ broker, filter, reason })]
  })
}

/** What a rule does. */
export function ruleSentence(rule: BridgeRule, broker: string): string {
  const words = { broker, qos: rule.qos, local: filterOn('local', rule), remote: filterOn('remote', rule) }
  if (rule.direction === 'both') return m.bridges_rule_both(words)
  return rule.direction === 'in' ? m.bridges_rule_in(words) : m.bridges_rule_out(words)
}

const noteWords: Record<Exclude<MosquittoNote['kind'], 'topic'>, () => string> = {
  password: m.bridges_note_password,
  key: m.bridges_note_key,
  pfx: m.bridges_note_pfx,
  passphrase: m.bridges_note_passphrase,
  scram: m.bridges_note_scram,
  proxy: m.bridges_note_proxy,
  webSocket: m.bridges_note_webSocket,
  username: m.bridges_note_username,
  retain: m.bridges_note_retain
}

export function noteSentence(note: MosquittoNote): string {
  return note.kind === 'topic' ? m.bridges_note_topic({ filter: note.filter }) : noteWords[note.kind]()
}
