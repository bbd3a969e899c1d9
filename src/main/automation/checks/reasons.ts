import type { MqttVersion } from '../../../shared/contract/profiles'
import type { ConnectionFault, ProxyProblem } from '../../../shared/contract/connections'
import type { Words } from '../../../shared/contract/sentence'
import { codeName, type CodePacket } from '../../../shared/mqtt-codes'
import { areOperators, differs } from './compare'
import { StepFailure } from './failure'
import { said, type MessageName } from './said'
import { Loose, textOf } from './values'

/** How an answer's code differs from the expected one, which is a number or the specification's name for it; null: it does not. */
export function reasonFault(
  packet: CodePacket,
  version: MqttVersion,
  code: number,
  wanted: unknown
): Words | null {
  const is = reasonText(packet, version, code)
  if (areOperators(wanted)) {
    const fault = differs(code, wanted, true)
    return fault === null ? null : said('failure_with', { fault, more: is })
  }
  const given = wanted instanceof Loose ? wanted.scalar : wanted
  // A return code of MQTT 3.1.1 and a reason code of MQTT 5 may have the same name.
  if (typeof given === 'string' && plain(given) === plain(codeName(packet, version, code))) return null
  const expected = typeof given === 'number' ? given : codeOf(packet, version, textOf(given))
  return expected === code
    ? null
    : said('failure_equal', { wanted: reasonText(packet, version, expected), actual: is })
}

/** `0x87 Not authorized`. */
export function reasonText(packet: CodePacket, version: MqttVersion, code: number): string {
  const name = codeName(packet, version, code)
  return `0x${code.toString(16).toUpperCase().padStart(2, '0')}${name === null ? '' : ` ${name}`}`
}

/** The code of a name, or of digits such as 0x87. Throws StepFailure. */
export function codeOf(packet: CodePacket, version: MqttVersion, name: string): number {
  if (/^0x[0-9a-f]{1,2}$/i.test(name)) return Number(name)
  // The highest first: MQTT 5 fails with codes of 0x80 and above.
  for (let code = 255; code >= 0; code--)
    if (plain(codeName(packet, version, code)) === plain(name)) return code
  if (plain(name) === 'success') return 0
  throw new StepFailure(said('failure_no_reason', { name, packet }))
}

function plain(text: string | null): string {
  return text?.toLowerCase().replace(/[^a-z0-9]/g, '') ?? ''
}

/** How a connection ended, or why it did not begin. */
export function faultWords(fault: ConnectionFault): Words {
  switch (fault.kind) {
    case 'connack':
      return refusedWords(fault.version, fault.code, fault.reasonString)
    case 'disconnect':
      return because(
        said('failure_broker_disconnected', { code: reasonText('DISCONNECT', 5, fault.code) }),
        fault.reasonString
      )
    case 'network':
      return fault.message || fault.code
    case 'proxy':
      return said(proxyFaults[fault.problem], { proxy: fault.proxy, message: fault.message })
    case 'scram':
      return said('failure_scram', { message: fault.message })
    case 'variables':
      return said('failure_profile_variable', { name: fault.fault.name })
    case 'timeout':
      return said('failure_no_answer', { seconds: fault.milliseconds / 1_000 })
    case 'closed':
      return said(fault.beforeConnack ? 'failure_closed_silently' : 'failure_closed')
    case 'protocol':
    case 'crashed':
      return said('failure_not_mqtt', { message: fault.message })
  }
}

const proxyFaults: Record<ProxyProblem, MessageName> = {
  unreachable: 'failure_proxy_unreachable',
  silent: 'failure_proxy_silent',
  login: 'failure_proxy_login',
  forbidden: 'failure_proxy_forbidden',
  broker: 'failure_proxy_broker',
  refused: 'failure_proxy_refused',
  closed: 'failure_proxy_closed',
  notProxy: 'failure_proxy_other'
}

/** A CONNACK that refuses the connection. */
export function refusedWords(
  version: MqttVersion,
  code: number,
  reasonString: string | null | undefined
): Words {
  return because(said('failure_broker_refused', { code: reasonText('CONNACK', version, code) }), reasonString)
}

function because(fault: Words, reason: string | null | undefined): Words {
  return reason ? said('failure_with', { fault, more: reason }) : fault
}
