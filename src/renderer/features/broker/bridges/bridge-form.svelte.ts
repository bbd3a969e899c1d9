import { SvelteSet } from 'svelte/reactivity'
import { BridgeDraft, type Bridge, type BridgeRule } from '../../../../shared/contract/bridge'
import { isAppError } from '../../../../shared/errors'
import { m } from '../../../paraglide/messages'
import { faultSentence } from '../../../state/field-faults'
import type { Form } from '../../../ui/form/form'

export const newRule: BridgeRule = {
  direction: 'in',
  filter: '#',
  localPrefix: '',
  remotePrefix: '',
  qos: 1,
  retain: true
}

/** An edit as text, which outlives the page that shows it. */
interface Kept {
  id: string | null
  draft: BridgeDraft
  pristine: string
}

/** A bridge that is edited. Fields are named by their paths: `name`, `rules.0.filter`. */
export class BridgeForm implements Form {
  /** null: a new one. */
  readonly id: string | null
  draft = $state<BridgeDraft>({ name: '', profileId: '', rules: [] })
  /** The first fault code of each field. */
  readonly faults = $derived.by(() => this.#faultsNow())
  readonly dirty = $derived.by(() => this.text !== this.#pristine)
  #tried = $state(false)
  /** What the process refused, with the draft that it refused: a change may have mended it. */
  #refused = $state.raw<{ faults: Map<string, string>; text: string } | null>(null)
  readonly #touched = new SvelteSet<string>()
  readonly #pristine: string

  private constructor({ id, draft, pristine }: Kept) {
    this.id = id
    this.draft = draft
    this.#pristine = pristine
  }

  static of(bridge: Bridge | null): BridgeForm {
    const draft: BridgeDraft = bridge
      ? structuredClone({ name: bridge.name, profileId: bridge.profileId, rules: bridge.rules })
      : { name: '', profileId: '', rules: [{ ...newRule }] }
    return new BridgeForm({ id: bridge?.id ?? null, draft, pristine: JSON.stringify(draft) })
  }

  /** The form that `toText` described; null for any other text. */
  static from(text: string | null): BridgeForm | null {
    try {
      return text ? new BridgeForm(JSON.parse(text) as Kept) : null
    } catch {
      return null
    }
  }

  toText(): string {
    const { id, draft } = this
    return JSON.stringify({ id, draft, pristine: this.#pristine } satisfies Kept)
  }

  get text(): string {
    return JSON.stringify(this.draft)
  }

  /** The draft as a plain object that can be sent. */
  plain(): BridgeDraft {
    return $state.snapshot(this.draft)
  }

  touch(field: string): void {
    this.#touched.add(field)
  }

  faultOf(field: string): string | undefined {
    const fault = this.faults.get(field)
    if (fault === undefined || !(this.#tried || this.#touched.has(field))) return undefined
    if (field === 'rules') return m.bridges_fault_no_rule()
    if (fault === 'FILTER_SHARED') return m.bridges_fault_shared()
    const joins = fault === 'FILTER_WILDCARD_NOT_ALONE' || fault === 'FILTER_HASH_NOT_LAST'
    return joins && field.endsWith('Prefix') ? m.bridges_fault_prefix() : faultSentence(fault)
  }

  /** Shows every fault. Returns whether the bridge can be saved. */
  check(): boolean {
    this.#tried = true
    return this.faults.size === 0
  }

  /** Takes the faults of a refusal. Returns false if the error names no field. */
  refused(error: unknown): boolean {
    if (!isAppError(error, 'INVALID_INPUT')) return false
    const faults = error.details.issues.map(
      ({ path, fault }) => [path.replace(/^draft\./, ''), fault] as const
    )
    this.#refused = { faults: new Map(faults), text: this.text }
    this.#tried = true
    return true
  }

  addRule(): void {
    this.draft.rules.push({ ...newRule, filter: '' })
  }

  removeRule(index: number): void {
    this.draft.rules.splice(index, 1)
  }

  #faultsNow(): Map<string, string> {
    const faults = new Map<string, string>()
    const { error } = BridgeDraft.safeParse($state.snapshot(this.draft))
    for (const { path, message } of error?.issues ?? []) {
      const field = path.join('.')
      if (!faults.has(field)) faults.set(field, message)
    }
    if (faults.size === 0 && this.#refused?.text === this.text) return this.#refused.faults
    return faults
  }
}
