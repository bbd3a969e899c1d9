import catalogue from '../../../messages/en/probe.json'
import type { ConnectionFault } from '../../shared/contract/connections'
import { proxyWords } from '../../shared/proxy-words'
import { plain, ProbeWords, type ProbeMessages } from '../../shared/probe-words'
import { isCertificateFault } from '../mqtt/faults'

/** A message of the catalogue, or its singular and its plural. */
type Text = string | { match: Record<string, string> }[]

const texts: Record<keyof ProbeMessages, Text> = catalogue

/** The English words of a sheet, for the Markdown export and the command line: the same messages that the page shows. */
export const words = new ProbeWords(
  Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [
      key,
      (inputs: Record<string, string> = {}) => filled(text, inputs)
    ])
  ) as unknown as ProbeMessages,
  (value) => value.toLocaleString('en')
)

function filled(text: Text, inputs: Record<string, string>): string {
  const form =
    typeof text === 'string' ? text : text[0]!.match[`plural=${inputs['count'] === '1' ? 'one' : '*'}`]!
  return form.replace(/\{(\w+)\}/g, (_, name: string) => inputs[name]!)
}

/** Why a broker cannot be probed, and what to do about it on the command line. */
export function unreachableSentence(fault: ConnectionFault, address: string): string {
  switch (fault.kind) {
    case 'connack':
      return `${address} refused the connection with ${words.answer({ packet: 'CONNACK', ...fault })}.`
    case 'disconnect':
      return `${address} ended the connection with ${words.answer({ packet: 'DISCONNECT', version: 5, ...fault })}.`
    case 'network':
      if (isCertificateFault(fault.code))
        return `The certificate of ${address} cannot be verified (${fault.code}). Name the certificate to trust with --ca, or skip this check with --insecure.`
      return `${address} cannot be reached: ${plain(fault.message)} (${fault.code}).`
    case 'proxy':
      return `${address} cannot be reached: ${plain(proxyWords(fault))}.`
    case 'scram':
      return `Signing in to ${address} by SCRAM failed. ${plain(fault.message)}`
    case 'variables':
      return `${address} cannot be reached: a variable of the profile is missing (${fault.fault.name}).`
    case 'timeout':
      return `${address} did not answer within ${fault.milliseconds / 1_000} s.`
    case 'closed':
      return `${address} closed the connection without an answer. Check the port, and whether it needs TLS (mqtts, wss).`
    case 'protocol':
    case 'crashed':
      return `${address} does not seem to speak MQTT: ${plain(fault.message)}.`
  }
}
