import { SvelteSet } from 'svelte/reactivity'
import {
  WatchDraft,
  type WatchCondition,
  type WatchedCheck,
  type WatchRule
} from '../../../shared/contract/watch'
import { isAppError } from '../../../shared/errors'
import { faultSentence } from '../../state/field-faults'
import type { Form } from '../../ui/form/form'
import { whenOf } from './watch-words'

type Kind = WatchCondition['kind']
type Conditions = { [K in Kind]: WatchCondition & { kind: K } }
type Publish = NonNullable<WatchDraft['actions']['publish']>

function newConditions(): Conditions {
  return {
    beyond: {
      kind: 'beyond',
      path: '',
      comparison: 'above',
      limit: NaN,
      upper: NaN,
      text: '',
      hysteresis: 0,
      for: 0
    },
    changed: { kind: 'changed', path: '' },
    silent: { kind: 'silent', after: 60 },
    back: { kind: 'back', after: 60 },
    malformed: { kind: 'malformed', as: 'bound' },
    rate: { kind: 'rate', comparison: 'above', count: 100, within: 10, of: 'each' }
  }
}

const noCheck: WatchedCheck = { collection: '', path: '', only: null }

const newPublish: Publish = {
  topic: '',
  payload: '{"topic":"{{topic}}","value":"{{value}}","state":"{{state}}","time":"{{time}}"}',
  qos: 1,
  retain: false
}

/** A rule that is edited. What was typed for one condition is there again when the user returns to it. */
export class RuleForm implements Form {
  /** null: a new one. */
  readonly id: string | null
  name = $state('')
  on = $state(true)
  filter = $state('')
  kind = $state<Kind>('beyond')
  conditions = $state(newConditions())
  again = $state(60)
  tellBack = $state(true)
  notify = $state(true)
  mark = $state(true)
  publishes = $state(false)
  publish = $state({ ...newPublish })
  runsCheck = $state(false)
  checkToRun = $state.raw(noCheck)
  readonly draft = $derived.by(() => this.#draft())
  /** The first fault code of each field. */
  readonly faults = $derived.by(() => this.#faultsNow())
  readonly isDirty = $derived.by(() => JSON.stringify(this.draft) !== this.#pristine)
  readonly isValid = $derived.by(() => this.faults.size === 0)
  #tried = $state(false)
  /** What the process refused, with the draft that it refused. */
  #refused = $state.raw<{ faults: Map<string, string>; text: string } | null>(null)
  readonly #touched = new SvelteSet<string>()
  readonly #pristine: string

  private constructor(id: string | null, fill: (form: RuleForm) => void) {
    this.id = id
    fill(this)
    this.#pristine = JSON.stringify(this.draft)
  }

  static blank(filter: string): RuleForm {
    return new RuleForm(null, (form) => (form.filter = filter))
  }

  static of(rule: WatchRule): RuleForm {
    return new RuleForm(rule.id, (form) => form.#take(rule))
  }

  /** A new rule like another one. */
  static like(rule: WatchRule, name: string): RuleForm {
    return new RuleForm(null, (form) => form.#take({ ...rule, name }))
  }

  touch(field: string): void {
    this.#touched.add(field)
  }

  faultOf(field: string): string | undefined {
    const fault = this.faults.get(field)
    if (fault === undefined || !(this.#tried || this.#touched.has(field))) return undefined
    return faultSentence(fault)
  }

  /** Shows every fault. Returns whether the rule can be saved. */
  check(): boolean {
    this.#tried = true
    return this.isValid
  }

  /** Takes the faults of a refusal. Returns false if the error names no field. */
  refused(error: unknown): boolean {
    if (!isAppError(error, 'INVALID_INPUT')) return false
    const faults = error.details.issues.map(
      ({ path, fault }) => [path.replace(/^draft\./, ''), fault] as const
    )
    this.#refused = { faults: new Map(faults), text: JSON.stringify(this.draft) }
    this.#tried = true
    return true
  }

  #take(rule: WatchRule): void {
    const { condition, actions } = structuredClone(rule)
    // A name that follows from the condition goes on following it.
    this.name = rule.name === whenOf(rule) ? '' : rule.name
    this.on = rule.on
    this.filter = rule.filter
    this.kind = condition.kind
    Object.assign(this.conditions, { [condition.kind]: condition })
    this.again = rule.again
    this.tellBack = rule.tellBack
    this.notify = actions.notify
    this.mark = actions.mark
    this.publishes = actions.publish !== null
    if (actions.publish) this.publish = actions.publish
    this.runsCheck = actions.check !== null
    if (actions.check) this.checkToRun = actions.check
  }

  #draft(): WatchDraft {
    const { filter } = this
    const condition = $state.snapshot(this.conditions[this.kind])
    // Limits that the comparison does not use need not be numbers.
    if (condition.kind === 'beyond') {
      const isText = condition.comparison === 'is' || condition.comparison === 'isNot'
      if (isText) condition.limit = 0
      if (condition.comparison !== 'outside') condition.upper = 0
    }
    const actions = {
      notify: this.notify,
      mark: this.mark,
      publish: this.publishes ? $state.snapshot(this.publish) : null,
      check: this.runsCheck ? this.checkToRun : null
    }
    const name = this.name.trim() || whenOf({ filter, condition }).slice(0, 200)
    const { on, again, tellBack } = this
    return { name, on, filter, condition, again, tellBack, actions }
  }

  #faultsNow(): Map<string, string> {
    const faults = new Map<string, string>()
    const { error } = WatchDraft.safeParse(this.draft)
    for (const { path, message } of error?.issues ?? []) {
      const field = path.join('.')
      if (!faults.has(field)) faults.set(field, message)
    }
    if (faults.size === 0 && this.#refused?.text === JSON.stringify(this.draft)) return this.#refused.faults
    return faults
  }
}
