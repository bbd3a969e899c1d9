import type { Qos } from '../../../shared/message'
import { formatName } from '../../state/decoding'
import { bytes, milliseconds } from '../../state/format'
import { reasonName, sentenceFor } from '../../state/sentences'
import { m } from '../../paraglide/messages'
import type { PayloadFault, PayloadKind } from './payload'
import type { EnteredMessage, Outcome } from './sent.svelte'

/** The broker's answer with its packet id, size and duration, or what went wrong. */
export function outcomeText(outcome: Outcome): string {
  if ('error' in outcome) return sentenceFor(outcome.error)
  const { result } = outcome
  const time = milliseconds(result.milliseconds)
  const size = bytes(result.size)
  if (result.outcome === 'sent') return m.publish_sent({ time, size })
  const packet = result.outcome === 'puback' ? 'PUBACK' : 'PUBCOMP'
  const reason = result.reasonCode ? ` · ${reasonName(result.reasonCode, 5, 'PUBACK')}` : ''
  return m.publish_acknowledged({ packet, id: result.packetId ?? 0, time, size }) + reason
}

/** The ways to enter a payload, with their names. */
export function payloadKinds(): { value: PayloadKind; label: string }[] {
  return [
    { value: 'text', label: m.publish_text() },
    { value: 'json', label: 'JSON' },
    { value: 'hex', label: m.publish_hex() },
    { value: 'base64', label: 'Base64' },
    { value: 'file', label: m.publish_file() }
  ]
}

/** The levels of QoS, with what each promises. */
export function qosLevels(): { value: Qos; label: string; title: string }[] {
  return [
    { value: 0, label: '0', title: m.publish_qos0() },
    { value: 1, label: '1', title: m.publish_qos1() },
    { value: 2, label: '2', title: m.publish_qos2() }
  ]
}

/** What a payload is sent as: its encoding, or else how it is entered. */
export function payloadKindName({ kind, encoding }: Pick<EnteredMessage, 'kind' | 'encoding'>): string {
  if (encoding) return formatName(encoding.format)
  return payloadKinds().find(({ value }) => value === kind)!.label
}

export function payloadFaultText(fault: PayloadFault): string {
  const place = fault.offset === null ? '' : m.publish_at({ position: fault.offset + 1 })
  switch (fault.code) {
    case 'NOT_JSON':
      return m.publish_not_json({ place })
    case 'NOT_HEX':
      return m.publish_not_hex({ place })
    case 'ODD_HEX':
      return m.publish_odd_hex()
    case 'NOT_BASE64':
      return m.publish_not_base64()
    case 'NO_FILE':
      return m.publish_no_file()
  }
}

const PREVIEW = 200

/** The start of a payload in one line. */
export function payloadPreview({ kind, text, file }: EnteredMessage): string {
  if (kind === 'file') return file ? `${file.name} · ${bytes(file.size)}` : ''
  return text.slice(0, PREVIEW).replace(/\s+/g, ' ').trim()
}
