import { AccessRule } from '../../../../shared/contract/access'
import { isAppError } from '../../../../shared/errors'
import { faultSentence } from '../../../state/field-faults'

export type Who = 'everybody' | 'nameless' | 'user'

export type RuleField = 'user' | 'clientId' | 'filter' | 'comment'

/** A rule being edited. */
export class RuleDraft {
  effect = $state<AccessRule['effect']>('allow')
  action = $state<AccessRule['action']>('both')
  who = $state<Who>('everybody')
  user = $state('')
  /** Empty: every client. */
  clientId = $state('')
  filter = $state('')
  comment = $state('')
  readonly #faults = $derived.by(() => faultsOf(this.rule()))
  #shown = $state.raw<ReadonlySet<RuleField>>(new Set())
  /** What the process found, until the next change. */
  #refused = $state.raw<{ rule: string; faults: ReadonlyMap<RuleField, string> } | null>(null)

  constructor(rule: AccessRule | null) {
    if (rule === null) return
    this.effect = rule.effect
    this.action = rule.action
    this.who = rule.user === null ? 'everybody' : rule.user === '' ? 'nameless' : 'user'
    this.user = rule.user ?? ''
    this.clientId = rule.clientId ?? ''
    this.filter = rule.filter
    this.comment = rule.comment
  }

  rule(): AccessRule {
    return {
      effect: this.effect,
      action: this.action,
      user: this.who === 'everybody' ? null : this.who === 'nameless' ? '' : this.user,
      clientId: this.clientId === '' ? null : this.clientId,
      filter: this.filter,
      comment: this.comment
    }
  }

  get isValid(): boolean {
    return this.#faults.size === 0 && !this.#lacksUser
  }

  /** The person has left a field: its fault shows from now on. */
  touch(field: RuleField): void {
    this.#shown = new Set([...this.#shown, field])
  }

  /** Shows every fault. Returns whether the rule can be saved. */
  check(): boolean {
    this.#shown = new Set<RuleField>(['user', 'clientId', 'filter', 'comment'])
    return this.isValid
  }

  /** Shows the faults that the process found in the rule. Returns false if the error is another one. */
  refuse(error: unknown): boolean {
    if (!isAppError(error, 'INVALID_INPUT')) return false
    const faults = new Map<RuleField, string>()
    for (const { path, fault } of error.details.issues) faults.set(path.split('.').at(-1) as RuleField, fault)
    this.#refused = { rule: JSON.stringify(this.rule()), faults }
    return true
  }

  /** The sentence of a field's fault; null: none to show. */
  faultOf(field: RuleField): string | null {
    const refused =
      this.#refused?.rule === JSON.stringify(this.rule()) ? this.#refused.faults.get(field) : undefined
    const found = refused ?? (field === 'user' && this.#lacksUser ? 'REQUIRED' : this.#faults.get(field))
    return found !== undefined && (refused !== undefined || this.#shown.has(field))
      ? faultSentence(found)
      : null
  }

  get #lacksUser(): boolean {
    return this.who === 'user' && this.user === ''
  }
}

function faultsOf(rule: AccessRule): ReadonlyMap<RuleField, string> {
  const { error } = AccessRule.safeParse(rule)
  return new Map(error?.issues.map(({ path, message }) => [path[0] as RuleField, message]))
}
