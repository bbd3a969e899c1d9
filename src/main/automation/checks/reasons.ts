import type { MqttVersion } from '../../../shared/contract/profiles'
import type { ConnectionFault } from '../../../shared/contract/connections'
import { proxyWords } from '../../../shared/proxy-words'
import { codeName, type CodePacket } from '../../../shared/mqtt-codes'
import { areOperators, differs } from './compare'
import { StepFailure } from './failure'
import { Loose, textOf } from './values'

/** How an answer's code differs from the expected one, which is a number or the specification's name for it; null: it does not. */
export function reasonFault(
  packet: CodePacket,
  version: MqttVersion,
  code: number,
  wanted: unknown
): string | null {
  const is = reasonText(packet, version, code)
  if (areOperators(wanted)) {
    const fault = differs(code, wanted, true)
    return fault === null ? null : `${fault} (${is})`
  }
  const given = wanted instanceof Loose ? wanted.scalar : wanted
  // A return code of MQTT 3.1.1 and a reason code of MQTT 5 may have the same name.
  if (typeof given === 'string' && plain(given) === plain(codeName(packet, version, code))) return null
  const expected = typeof given === 'number' ? given : codeOf(packet, version, textOf(given))
  return expected === code ? null : `expected ${reasonText(packet, version, expected)}, but it is ${is}`
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
  throw new StepFailure(
    `There is no reason "${name}" in a ${packet}. Give its name in the specification, or a number such as 0x87.`
  )
}

function plain(text: string | null): string {
  return text?.toLowerCase().replace(/[^a-z0-9]/g, '') ?? ''
}

/** How a connection ended, or why it did not begin. */
export function faultText(fault: ConnectionFault): string {
  switch (fault.kind) {
    case 'connack':
      return `the broker refused it with ${reasonText('CONNACK', fault.version, fault.code)}${because(fault.reasonString)}`
    case 'disconnect':
      return `the broker sent DISCONNECT ${reasonText('DISCONNECT', 5, fault.code)}${because(fault.reasonString)}`
    case 'network':
      return `${fault.message || fault.code}`
    case 'proxy':
      return proxyWords(fault)
    case 'scram':
      return `signing in by SCRAM failed: ${fault.message}`
    case 'variables':
      return `a variable of the profile is missing (${fault.fault.name})`
    case 'timeout':
      return `the broker did not answer within ${fault.milliseconds / 1_000} s`
    case 'closed':
      return fault.beforeConnack
        ? 'the broker closed it without an answer'
        : 'the broker closed it without DISCONNECT'
    case 'protocol':
    case 'crashed':
      return `what came is not MQTT (${fault.message})`
  }
}

function because(reason: string | null): string {
  return reason === null || reason === '' ? '' : ` (${reason})`
}
