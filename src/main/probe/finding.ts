import type { ConnectionFault } from '../../shared/contract/connections'
import type { ProbeAnswer, ProbeFinding, ProbeItem, ProbeVerdict } from '../../shared/contract/probe'
import type { MqttVersion } from '../../shared/contract/profiles'
import type { Reply } from './replies'

/** What a check found out; the runner adds the id, the time and the evidence. */
export type Found = Omit<ProbeItem, 'id' | 'took' | 'evidence'>

type Details = Partial<Omit<Found, 'verdict' | 'finding'>>

export function supported(finding: ProbeFinding, details: Details = {}): Found {
  return found('supported', finding, details)
}

export function notSupported(finding: ProbeFinding, details: Details = {}): Found {
  return found('notSupported', finding, details)
}

export function unknown(finding: ProbeFinding, details: Details = {}): Found {
  return found('unknown', finding, details)
}

function found(verdict: ProbeVerdict, finding: ProbeFinding, details: Details): Found {
  const none = { value: null, asked: null, answer: null, roundTrip: null, acknowledged: null }
  return { verdict, finding, ...none, ...details }
}

/** The answer in a reply. */
export function answerOf({ packet, code, reasonString }: Reply, version: MqttVersion): ProbeAnswer {
  return { packet, version, code, reasonString }
}

/** The broker's packet behind a fault; null: it closed the connection without one. */
export function answerOfFault(fault: ConnectionFault): ProbeAnswer | null {
  switch (fault.kind) {
    case 'connack':
      return {
        packet: 'CONNACK',
        version: fault.version,
        code: fault.code,
        reasonString: fault.reasonString
      }
    case 'disconnect':
      return { packet: 'DISCONNECT', version: 5, code: fault.code, reasonString: fault.reasonString }
    case 'network':
    case 'proxy':
    case 'scram':
    case 'variables':
    case 'timeout':
    case 'closed':
    case 'protocol':
    case 'crashed':
      return null
  }
}
