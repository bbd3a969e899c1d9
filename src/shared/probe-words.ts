import {
  MOST_IN_MQTT,
  probeUnits,
  type ProbeAnswer,
  type ProbeFinding,
  type ProbeItem,
  type ProbeItemId,
  type ProbeUnit,
  type ProbeVerdict
} from './contract/probe'
import { codeName, type CodePacket } from './mqtt-codes'

interface SentenceInputs {
  value: string
  asked: string
  answer: string
  roundTrip: string
  acknowledged: string
}

type SentenceKey =
  | ProbeFinding
  | 'delivered_acknowledged'
  | 'refused_answer'
  | 'closed_answer'
  | 'unavailable_value'
  | 'byDefault_value'
  | 'upTo_most'

interface ExportInputs {
  name: string
  address: string
  time: string
  version: string
  topic: string
  seconds: string
  connections: string
  sent: string
  received: string
  clientId: string
  count: string
}

/** The words of the Markdown export around those of the items. */
type ExportKey =
  | 'title'
  | 'facts'
  | 'traffic'
  | 'item'
  | 'supported'
  | 'finding'
  | 'evidence'
  | 'omitted'
  | 'lost'
  | 'left_topic'
  | 'left_session'

/** The messages from which the words of a sheet are made, in one language. */
export type ProbeMessages = Record<
  `probe_item_${ProbeItemId}` | `probe_verdict_${ProbeVerdict}` | 'probe_no_limit' | 'probe_code_unknown',
  () => string
> &
  Record<`probe_unit_${ProbeUnit}`, (inputs: { count: string }) => string> &
  Record<`probe_finding_${SentenceKey}`, (inputs: SentenceInputs) => string> &
  Record<`probe_md_${ExportKey}`, (inputs: ExportInputs) => string>

/** The words of a capability sheet in one language, for the page, the command line and the Markdown export. */
export class ProbeWords {
  /** @param count writes a number */
  constructor(
    private readonly messages: ProbeMessages,
    private readonly count: (value: number) => string
  ) {}

  nameOf(id: ProbeItemId): string {
    return this.messages[`probe_item_${id}`]()
  }

  /** Words of the export. Each takes those inputs that its message names. */
  export(key: ExportKey, inputs: Partial<ExportInputs> = {}): string {
    return this.messages[`probe_md_${key}`](inputs as ExportInputs)
  }

  verdict(verdict: ProbeVerdict): string {
    return this.messages[`probe_verdict_${verdict}`]()
  }

  /** Why an item has its verdict. */
  sentenceOf(item: ProbeItem): string {
    const { id, value, asked, answer, roundTrip, acknowledged } = item
    return this.messages[`probe_finding_${sentenceKey(item)}`]({
      value: this.amount(id, value),
      asked: this.amount(id, asked),
      answer: answer ? this.answer(answer) : '',
      roundTrip: String(roundTrip),
      acknowledged: String(acknowledged)
    })
  }

  /** A value of an item with its unit. */
  amount(id: ProbeItemId, value: number | null): string {
    if (value === null) return this.messages.probe_no_limit()
    const count = this.count(value)
    const unit = probeUnits[id]
    return unit === undefined ? count : this.messages[`probe_unit_${unit}`]({ count })
  }

  /** The packet that decided, with its code: `SUBACK 0x87 (Not authorized)`. Names are MQTT's own, in English. */
  answer({ packet, version, code, reasonString }: ProbeAnswer): string {
    const name = codeName(packet satisfies CodePacket, version, code) ?? this.messages.probe_code_unknown()
    const hex = `0x${code.toString(16).padStart(2, '0')}`
    return `${packet} ${hex} (${name})${reasonString === null ? '' : `: “${plain(reasonString)}”`}`
  }
}

/** A text from outside on one line, without control characters: a terminal would act on them. */
export function plain(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ').trim()
}

function sentenceKey({ id, finding, value, answer, acknowledged }: ProbeItem): SentenceKey {
  if (finding === 'delivered' && acknowledged !== null) return 'delivered_acknowledged'
  if ((finding === 'refused' || finding === 'closed') && answer !== null) return `${finding}_answer`
  if ((finding === 'unavailable' || finding === 'byDefault') && value !== null) return `${finding}_value`
  if (finding === 'upTo' && value === MOST_IN_MQTT[id]) return 'upTo_most'
  return finding
}
