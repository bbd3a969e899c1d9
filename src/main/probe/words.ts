import type { ConnectionFault } from '../../shared/contract/connections'
import {
  probeUnits,
  type ProbeAnswer,
  type ProbeFinding,
  type ProbeItem,
  type ProbeItemId,
  type ProbeVerdict
} from '../../shared/contract/probe'
import { isCertificateFault } from '../mqtt/faults'
import { codeName, type CodePacket } from '../../shared/mqtt-codes'

/** The English words of a sheet, for the Markdown export and the command line. */
export const itemNames: Record<ProbeItemId, string> = {
  version31: 'MQTT 3.1',
  version311: 'MQTT 3.1.1',
  version5: 'MQTT 5',
  qos0: 'QoS 0',
  qos1: 'QoS 1',
  qos2: 'QoS 2',
  retain: 'Retained messages',
  retainCleared: 'Clearing a retained message',
  wildcardPlus: 'Wildcard +',
  wildcardHash: 'Wildcard #',
  everything: 'Subscription to #',
  sys: 'Subscription to $SYS/#',
  shared: 'Shared subscriptions',
  subscriptionIds: 'Subscription identifiers',
  noLocal: 'No Local',
  retainAsPublished: 'Retain As Published',
  will: 'Will message',
  session: 'Kept session',
  sessionExpiry: 'Session expiry',
  messageExpiry: 'Message expiry',
  keepAlive: 'Longest keep alive',
  assignedClientId: 'Empty client ID',
  receiveMaximum: 'Receive Maximum',
  topicAlias: 'Topic Alias Maximum',
  topicLength: 'Longest topic',
  clientIdLength: 'Longest client ID',
  packetSize: 'Maximum Packet Size',
  packetPassed: 'Largest packet that passed'
}

export const verdictNames: Record<ProbeVerdict, string> = {
  supported: 'yes',
  notSupported: 'no',
  unknown: 'unknown'
}

const sentences: Record<ProbeFinding, (item: ProbeItem) => string> = {
  accepted: () => 'The broker accepts it.',
  delivered: ({ roundTrip, acknowledged }) =>
    acknowledged === null
      ? `Arrived after ${roundTrip} ms.`
      : `Arrived after ${roundTrip} ms, acknowledged after ${acknowledged} ms.`,
  works: () => 'Works.',
  refused: ({ answer }) => `Refused${answerText(answer)}.`,
  closed: ({ answer }) => `The broker closed the connection${answerText(answer)}.`,
  notDelivered: () => 'Accepted, but the message did not arrive.',
  downgraded: ({ value }) => `Only QoS ${value} was granted.`,
  unavailable: ({ value }) =>
    value === null
      ? 'The broker announces that it does not have it.'
      : `The broker announces QoS ${value} at most.`,
  announced: (item) => `The broker announces ${valueText(item)}.`,
  byDefault: (item) =>
    item.value === null
      ? 'The broker announces no limit.'
      : `The broker announces nothing, which means ${valueText(item)}.`,
  asAsked: (item) => `${valueText(item)}, as asked.`,
  adjusted: (item) => `${valueText(item)}, instead of ${amount(item.id, item.asked)}.`,
  upTo: (item) => `${valueText(item)}.`,
  atLeast: (item) => `At least ${valueText(item)}; more was not tried.`,
  ignored: () => 'Accepted without effect.',
  stillRetained: () => 'The message was still retained after it was cleared.',
  silent: () => 'The subscription was granted, but nothing came.',
  needsVersion5: () => 'Needs MQTT 5.',
  notTested: () => 'Not tested: it needs something that does not work here.',
  timeLimit: () => 'No result within the time limit.',
  lost: () => 'The broker could not be reached any more.'
}

/** What was found out about an item. */
export function sentenceOf(item: ProbeItem): string {
  return sentences[item.finding](item)
}

/** Why a broker cannot be probed, and what to do about it on the command line. */
export function unreachableSentence(fault: ConnectionFault, address: string): string {
  switch (fault.kind) {
    case 'connack':
      return `${address} refused the connection${answerText({ packet: 'CONNACK', ...fault })}.`
    case 'disconnect':
      return `${address} ended the connection${answerText({ packet: 'DISCONNECT', version: 5, ...fault })}.`
    case 'network':
      if (isCertificateFault(fault.code))
        return `The certificate of ${address} cannot be verified (${fault.code}). Name the certificate to trust with --ca, or skip this check with --insecure.`
      return `${address} cannot be reached: ${plain(fault.message)} (${fault.code}).`
    case 'timeout':
      return `${address} did not answer within ${fault.milliseconds / 1_000} s.`
    case 'closed':
      return `${address} closed the connection without an answer. Check the port, and whether it needs TLS (mqtts, wss).`
    case 'protocol':
    case 'crashed':
      return `${address} does not seem to speak MQTT: ${plain(fault.message)}.`
  }
}

/** A text from outside on one line, without control characters: a terminal would act on them. */
export function plain(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ').trim()
}

function answerText(answer: ProbeAnswer | null): string {
  if (answer === null) return ''
  const { packet, version, code, reasonString } = answer
  const name = codeName(packet satisfies CodePacket, version, code) ?? 'unknown code'
  const hex = `0x${code.toString(16).padStart(2, '0')}`
  return ` with ${packet} ${hex} (${name})${reasonString === null ? '' : `: “${plain(reasonString)}”`}`
}

function valueText({ id, value }: ProbeItem): string {
  return amount(id, value)
}

function amount(id: ProbeItemId, value: number | null): string {
  const text = value === null ? 'no limit' : value.toLocaleString('en')
  const unit = probeUnits[id]
  return unit === undefined || value === null ? text : `${text} ${unit}`
}
