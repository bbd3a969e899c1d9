import { SvelteSet } from 'svelte/reactivity'
import type { FaultSpec } from '../../../../shared/contract/faults'
import { isAppError } from '../../../../shared/errors'
import { faultSentence } from '../../../state/field-faults'
import type { Form } from '../../../ui/form/form'
import {
  defaultShared,
  fieldOf,
  fieldsOf,
  isRandom,
  readDrafts,
  type FaultDraft,
  type SharedDraft
} from './fault-draft'

/** Faults that are being filled in. A field is named by the number of its fault, such as `0.delay`; one that all share, by itself. */
export class FaultForm implements Form {
  readonly title: string
  readonly text: string
  /** The person chooses the kind. */
  readonly isCustom: boolean
  drafts = $state<FaultDraft[]>([])
  shared = $state<SharedDraft>({ ...defaultShared })
  /** Record the packets of the one client. */
  records = $state(true)
  readonly #read = $derived.by(() => readDrafts($state.snapshot(this.drafts), $state.snapshot(this.shared)))
  /** Fields that every fault of the form has. */
  readonly has = $derived.by(() => {
    const each = this.drafts.map(({ kind }) => fieldsOf(kind))
    return { client: each.every(({ client }) => client), filter: each.every(({ filter }) => filter) }
  })
  readonly isRandom = $derived(this.drafts.some((draft) => isRandom(draft)))
  /** What the broker refused, by field; until the field's value changes. */
  #refused = $state.raw<{ field: string; fault: string; value: unknown } | null>(null)
  #tried = $state(false)
  #pressed = false
  /** Fields that were left while a pointer button was down. */
  readonly #left: string[] = []
  readonly #touched = new SvelteSet<string>()

  constructor(
    about: { title: string; text?: string; custom?: boolean },
    drafts: FaultDraft[],
    shared: Partial<SharedDraft> = {}
  ) {
    this.title = about.title
    this.text = about.text ?? ''
    this.isCustom = about.custom ?? false
    this.drafts = drafts
    this.shared = { ...defaultShared, ...shared }
  }

  /** The sentence of a field's fault, once the field was left or a start attempted. */
  faultOf = (field: string): string | undefined => {
    const refused = this.#refused
    if (refused?.field === field && refused.value === this.#valueOf(field))
      return faultSentence(refused.fault)
    const fault = this.#read.faults.get(field)
    return fault !== undefined && (this.#tried || this.#touched.has(field)) ? faultSentence(fault) : undefined
  }

  touch = (field: string): void => {
    if (this.#pressed) this.#left.push(field)
    else this.#touched.add(field)
  }

  /**
   * A pointer button was pressed or released. While it is down, no new faults appear: they would move the form under the pointer, and
   * the click that left the field would miss its target.
   */
  press(down: boolean): void {
    this.#pressed = down
    if (!down) for (const field of this.#left.splice(0)) this.#touched.add(field)
  }

  /** Shows every fault. Returns what is to be switched on; null: something is at fault. */
  check(): FaultSpec[] | null {
    this.#tried = true
    const { specs, faults } = this.#read
    return faults.size === 0 ? specs : null
  }

  /** The client whose packets are to be recorded; null: nobody's. */
  get tracedClient(): string | null {
    const { who, clientId } = this.shared
    return this.records && this.has.client && who === 'one' ? clientId : null
  }

  /** Shows beside its field what the broker refused. Returns false if the error is about no field. */
  refuse(error: unknown): boolean {
    const issue = isAppError(error, 'INVALID_INPUT') ? error.details.issues[0] : undefined
    if (!issue) return false
    const field = fieldOf(issue.path, 0, this.drafts[0]!)
    this.#refused = { field, fault: issue.fault, value: this.#valueOf(field) }
    return true
  }

  #valueOf(field: string): unknown {
    const [index, name] = field.split('.')
    return name === undefined
      ? this.shared[field as keyof SharedDraft]
      : this.drafts[Number(index)]?.[name as keyof FaultDraft]
  }
}
