import type { FileFault } from '../../../shared/contract/collections'
import { m } from '../../paraglide/messages'
import { bytes, count, milliseconds, time, toTheSecond } from '../../state/format'
import { reasonName, sentenceFor } from '../../state/sentences'
import { templateFaultText } from '../../state/template-words'
import type { Published } from './request-draft.svelte'

/** The collection in the data directory has no name before the user gives it one. */
export function collectionName(name: string): string {
  return name === '' ? m.collections_default() : name
}

const fileFaults: Record<FileFault['code'], (fault: FileFault) => string> = {
  NOT_YAML: ({ detail }) => m.collections_file_not_yaml({ reason: detail }),
  NOT_A_MAP: () => m.collections_file_not_a_map(),
  UNKNOWN_KEY: ({ key }) => m.collections_file_unknown_key({ key }),
  WRONG_TYPE: ({ key, detail }) => m.collections_file_wrong_type({ key, expected: detail }),
  NO_TOPIC: () => m.collections_file_no_topic(),
  NO_CONNECTION: () => m.collections_file_no_connection(),
  ALIASES: () => m.collections_file_aliases(),
  TOO_LARGE: ({ detail }) => m.collections_file_too_large({ limit: bytes(Number(detail)) }),
  TOO_LONG: ({ detail }) => m.collections_file_too_long({ limit: count(Number(detail)) }),
  TOO_DEEP: () => m.collections_file_too_deep(),
  TOO_MANY: ({ detail }) => m.collections_file_too_many({ limit: count(Number(detail)) }),
  TOO_MUCH: ({ detail }) => m.collections_file_too_much({ limit: bytes(Number(detail)) }),
  UNREADABLE: ({ detail }) => m.collections_file_unreadable({ reason: detail })
}

/** File, line and what is wrong with it. */
export function fileFaultText(fault: FileFault): string {
  const sentence = fileFaults[fault.code](fault)
  const { file, line } = fault
  return line === null
    ? m.collections_in_file({ file, sentence })
    : m.collections_in_line({ file, line, sentence })
}

/** What came of a publish, in one line. */
export function publishedText({ at, to, outcome }: Published): string {
  const when = toTheSecond(time(at * 1_000))
  if ('error' in outcome) return `${sentenceFor(outcome.error)} · ${when}`
  if ('faults' in outcome) {
    const cancelled = outcome.faults.find(({ code }) => code === 'SCRIPT_CANCELLED')
    return cancelled ? templateFaultText(cancelled) : m.collections_not_published()
  }
  const { topic, result } = outcome
  const took = milliseconds(result.milliseconds)
  const reason = result.reasonCode ? ` · ${reasonName(result.reasonCode, 5, 'PUBACK')}` : ''
  const packet = { sent: '', puback: ' · PUBACK', pubcomp: ' · PUBCOMP' }[result.outcome]
  return m.collections_published({ topic, to, packet: packet + reason, size: bytes(result.size), took, when })
}

/** Whether the last publish went well. */
export function isPublished({ outcome }: Published): boolean {
  return 'result' in outcome
}
