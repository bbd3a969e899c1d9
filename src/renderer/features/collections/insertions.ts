import type { Collection } from '../../../shared/contract/collections'
import { m } from '../../paraglide/messages'
import { time, toTheSecond } from '../../state/format'

/** Something that can be put into a field, and what it stands for. */
export interface Insertion {
  text: string
  means: string
  /** What is shown for it, if not the text. */
  label?: string
  /** Where the cursor goes, from the start of the text; at its end if absent. */
  caret?: number
}

/** The variables of a collection under the active environment, then the generators, each with typical arguments. */
export function insertionsOf(collection: Collection, environment: string | null): Insertion[][] {
  const values = new Map<string, string>()
  const active = collection.environments.find(({ name }) => name === environment)
  for (const { name, kind, value } of [...collection.variables, ...(active?.variables ?? [])])
    values.set(name, kind === 'secret' ? m.collections_kind_secret() : value)
  for (const { name, value, at } of collection.captured)
    values.set(
      name,
      m.collections_insert_captured({ value: value.slice(0, 30), time: toTheSecond(time(at * 1_000)) })
    )
  const variables = [...values].map(([name, value]) => ({ text: `{{${name}}}`, means: value.slice(0, 60) }))
  return [
    variables,
    [
      { text: '{{$counter}}', means: m.collections_insert_counter() },
      { text: '{{$seq}}', means: m.collections_insert_seq() },
      { text: '{{$seq birth}}', means: m.collections_insert_seq_birth() },
      { text: '{{$uuid}}', means: m.collections_insert_uuid() },
      { text: '{{$now}}', means: m.collections_insert_now() },
      { text: '{{$now "YYYY-MM-DD HH:mm:ss"}}', means: m.collections_insert_now_format() },
      { text: '{{$random 1 100}}', means: m.collections_insert_random() },
      { text: '{{$choice on off}}', means: m.collections_insert_choice() },
      { text: '{{$walk min=18 max=24 step=0.5}}', means: m.collections_insert_walk() },
      { text: '{{$sine min=0 max=100 period=60}}', means: m.collections_insert_sine() },
      { text: '{{$row devices.csv id}}', means: m.collections_insert_row() }
    ]
  ]
}

/** Puts a text at the cursor of a field, in place of what is selected there, and leaves the cursor behind it, or at `caret` in it. */
export function insertAt(
  field: HTMLInputElement | HTMLTextAreaElement,
  text: string,
  caret = text.length
): void {
  const [from, to] = [field.selectionStart ?? field.value.length, field.selectionEnd ?? field.value.length]
  field.focus()
  field.setRangeText(text, from, to, 'end')
  field.setSelectionRange(from + caret, from + caret)
  field.dispatchEvent(new Event('input', { bubbles: true }))
}
