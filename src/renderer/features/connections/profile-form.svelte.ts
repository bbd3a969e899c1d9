import { SvelteSet } from 'svelte/reactivity'
import { noProperties } from '../../../shared/composed-properties'
import type { BrokerAddress } from '../../../shared/contract/app'
import {
  defaultProfile,
  type MqttVersion,
  type Profile,
  type ProfileDraft,
  type Protocol,
  type SecretsInput
} from '../../../shared/contract/profiles'
import {
  draftOf,
  faultsOf,
  isSecure,
  named,
  newClientId,
  sessionWarning,
  unnamed,
  withoutVariables,
  withProtocol,
  withSession
} from './profile-draft'
import type { IdentityFault } from '../../../shared/contract/connection-tests'
import type { SecretName } from '../../../shared/contract/transport'
import { faultSentence } from '../../state/field-faults'
import { isSame } from './subscription-options'
import { withTemplate, type TemplateId } from './templates'

type WillDraft = NonNullable<ProfileDraft['will']>

const emptyWill: WillDraft = {
  topic: '',
  payload: '',
  qos: 0,
  retain: false,
  delay: 0,
  properties: noProperties()
}

/** A profile being edited. */
export class ProfileForm {
  /** null while the profile is new. */
  id = $state<string | null>(null)
  /** Which secrets are stored, so that an empty field means "kept". */
  stored = $state.raw<Profile['secrets']>({})
  /** It was filled in from an address, which may be from someone else. */
  fromAddress = $state(false)
  draft = $state<ProfileDraft>(defaultProfile(''))
  /** What a new profile was filled in for. */
  template = $state<TemplateId | null>(null)
  /** Secrets typed in this form; undefined keeps the stored one, null removes it. */
  secrets = $state<SecretsInput>({})
  readonly faults = $derived.by(() => faultsOf($state.snapshot(this.draft), $state.snapshot(this.secrets)))
  readonly warning = $derived.by(() => sessionWarning(this.draft))
  readonly dirty = $derived.by(() => this.#written() !== this.#pristine)
  #tried = $state(false)
  #expiryTyped: boolean
  readonly #ownClientId: string
  #lastWill = emptyWill
  #pressed = false
  /** Fields that were left while a pointer button was down. */
  readonly #left: string[] = []
  readonly #touched = new SvelteSet<string>()
  #identity = $state.raw<{ found: IdentityFault; of: string } | null>(null)
  #pristine = $state('')
  #source: string

  /**
   * @param profile the profile to edit; null for a new one
   * @param address fills in a new profile
   */
  constructor(profile: Profile | null, address: BrokerAddress | null = null) {
    this.id = profile?.id ?? null
    this.fromAddress = address !== null
    if (profile) this.stored = profile.secrets
    this.draft = profile ? unnamed(structuredClone(draftOf(profile))) : defaultProfile(newClientId())
    this.#ownClientId = this.draft.clientId
    this.#expiryTyped = profile !== null && profile.sessionExpiry !== 0
    this.#pristine = this.#written()
    this.#source = JSON.stringify(profile)
    if (address) this.#fill(address)
  }

  /** Whether the form was made from this version of the profile. */
  isMadeFrom(profile: Profile): boolean {
    return JSON.stringify(profile) === this.#source
  }

  /** Subscriptions of the profile were added or changed while it is edited here. They join the edits, so that saving those keeps them. */
  adopt(profile: Profile): void {
    const { subscriptions: before } = JSON.parse(this.#source) as Profile
    const { subscriptions } = this.draft
    for (const subscription of profile.subscriptions) {
      const { filter } = subscription
      const known = before.find((each) => each.filter === filter)
      if (known && isSame(known, subscription)) continue
      const at = subscriptions.findIndex((each) => each.filter === filter)
      if (at === -1 && !known) subscriptions.push({ ...subscription })
      // Do not replace an equal row, so that it keeps the focus.
      if (at !== -1 && !isSame(subscriptions[at]!, subscription)) subscriptions[at] = { ...subscription }
    }
    this.#source = JSON.stringify(profile)
  }

  /** The user has left a field: its fault shows from now on. */
  touch(field: string): void {
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

  /** The sentence of a field's fault, after the field was touched or a save attempted; undefined: none to show. */
  faultOf(field: string): string | undefined {
    const own = this.#identity
    if (own?.found.field === field && own.of === this.#identityText()) return faultSentence(own.found.fault)
    const fault = this.faults.get(field)
    return fault !== undefined && (this.#tried || this.#touched.has(field)) ? faultSentence(fault) : undefined
  }

  /** Whether there is a client certificate to check. */
  get hasIdentity(): boolean {
    const { tls, protocol } = this.draft
    if (!isSecure(protocol)) return false
    return tls.cert !== '' || (['key', 'pfx'] as const).some((name) => this.secrets[name] || this.keeps(name))
  }

  /** Shows what is wrong with the client certificate, until it or its secrets change. Returns whether nothing is. */
  showIdentity(found: IdentityFault | null): boolean {
    this.#identity = found && { found, of: this.#identityText() }
    return found === null
  }

  /** Shows every fault. Returns whether the profile can be saved. */
  check(): boolean {
    this.#tried = true
    return this.faults.size === 0
  }

  setProtocol(protocol: Protocol): void {
    Object.assign(this.draft, withProtocol(this.draft, protocol))
  }

  setVersion(version: MqttVersion): void {
    Object.assign(this.draft, withSession(this.draft, { version }, this.#expiryTyped))
  }

  setClean(clean: boolean): void {
    Object.assign(this.draft, withSession(this.draft, { clean }, this.#expiryTyped))
  }

  setExpiry(seconds: number): void {
    this.#expiryTyped = true
    this.draft.sessionExpiry = seconds
  }

  /** Fills in a new profile for a service; null: for none. */
  useTemplate(id: TemplateId | null): void {
    this.draft = withTemplate($state.snapshot(this.draft), this.template, id, this.#ownClientId)
    this.template = id
  }

  regenerateClientId(): void {
    this.draft.clientId = newClientId()
  }

  /** Switches the will on or off. Switching it on again restores it. */
  setWill(on: boolean): void {
    if (this.draft.will) this.#lastWill = $state.snapshot(this.draft.will)
    this.draft.will = on ? structuredClone(this.#lastWill) : null
  }

  /** Sets a typed secret. An empty text keeps the stored one. */
  setSecret(secret: SecretName, text: string): void {
    this.secrets[secret] = text === '' ? undefined : text
  }

  /** Removes a stored secret at the next save. */
  clearSecret(secret: SecretName): void {
    this.secrets[secret] = null
  }

  /** Whether a secret is stored and stays so. */
  keeps(secret: SecretName): boolean {
    return Boolean(this.stored[secret]) && this.secrets[secret] !== null
  }

  /** Whether a password or a key was typed. */
  get typesSecrets(): boolean {
    return Object.values(this.secrets).some((secret) => typeof secret === 'string')
  }

  /** Discards typed passwords and keys. */
  forgetSecrets(): void {
    this.secrets = {}
  }

  addSubscription(): void {
    this.draft.subscriptions.push({ filter: '', qos: 0 })
  }

  remove(rows: 'subscriptions' | 'decoders', index: number): void {
    this.draft[rows].splice(index, 1)
  }

  /** Moves a subscription or a decoder up (-1) or down (1). */
  move(rows: 'subscriptions' | 'decoders', index: number, by: -1 | 1): void {
    const list: unknown[] = this.draft[rows]
    list.splice(index + by, 0, ...list.splice(index, 1))
  }

  /** The data to save, as plain objects that can be sent. */
  plain(): { draft: ProfileDraft; secrets: SecretsInput } {
    return { draft: named($state.snapshot(this.draft)), secrets: $state.snapshot(this.secrets) }
  }

  /**
   * The profile was saved. Text typed in the meantime stays, as an edit of the saved profile.
   *
   * @param sent the result of `plain`
   */
  saved(profile: Profile, sent: { draft: ProfileDraft; secrets: SecretsInput }): void {
    const unchanged = JSON.stringify(named(this.draft)) === JSON.stringify(sent.draft)
    for (const name of Object.keys(this.secrets) as SecretName[])
      if (this.secrets[name] === sent.secrets[name]) this.secrets[name] = undefined
    const draft = unnamed({ ...sent.draft, ...structuredClone(draftOf(profile)) })
    this.#pristine = JSON.stringify([named(draft), {}])
    if (unchanged) {
      // Do not replace unchanged rows, so that they keep the focus.
      if (JSON.stringify(draft) !== JSON.stringify(this.draft)) this.draft = draft
      this.#tried = false
      this.#touched.clear()
    }
    this.fromAddress = false
    this.#source = JSON.stringify(profile)
    this.stored = profile.secrets
    this.id = profile.id
  }

  #fill(address: BrokerAddress): void {
    const { password, ...fields } = withoutVariables(address)
    Object.assign(this.draft, fields)
    if (password !== undefined) this.secrets.password = password
  }

  #identityText(): string {
    const { key, pfx, passphrase } = this.secrets
    return JSON.stringify([this.draft.tls, key, pfx, passphrase])
  }

  #written(): string {
    return JSON.stringify([named(this.draft), this.secrets])
  }
}
