import { SvelteSet } from 'svelte/reactivity'
import { noProperties, PublishProperties } from '../../../shared/composed-properties'
import type { ConnectionStatus } from '../../../shared/contract/connections'
import { faultSentence } from '../../state/field-faults'
import { sentenceFor } from '../../state/sentences'
import { AppError } from '../../../shared/errors'

export function noPublishProperties(): PublishProperties {
  return { ...noProperties(), topicAlias: null }
}

/** The MQTT 5 properties of a draft, and what the connection says about them. */
export class PropertiesForm {
  draft = $state<PublishProperties>(noPublishProperties())
  /** The fields are shown. */
  open = $state(false)
  #status = $state.raw<Pick<ConnectionStatus, 'version' | 'connack'> | null>(null)
  #tried = $state(false)
  readonly #touched = new SvelteSet<string>()

  readonly isSupported = $derived.by(() => (this.#status?.version ?? 5) === 5)
  readonly shown = $derived.by(() => this.open && this.isSupported)
  /** Largest topic alias that the broker accepts; null while it is not connected. */
  readonly aliasMaximum = $derived.by(() => this.#status?.connack?.topicAliasMaximum ?? null)
  /** The sentence of each invalid field, by its path. */
  readonly faults = $derived.by(() => this.#findFaults())

  /** The status of the connection that publishes. */
  meet(status: Pick<ConnectionStatus, 'version' | 'connack'>): void {
    this.#status = status
  }

  faultOf(field: string): string | undefined {
    return this.#tried || this.#touched.has(field) ? this.faults.get(field) : undefined
  }

  touch(field: string): void {
    this.#touched.add(field)
  }

  /** Shows the faults, if there are any. Returns whether the message can be published. */
  check(): boolean {
    this.#tried = true
    if (!this.isSupported || this.faults.size === 0) return true
    this.open = true
    return false
  }

  /** The message was published or replaced: the fields are as new. */
  settle(): void {
    this.#tried = false
    this.#touched.clear()
  }

  plain(): PublishProperties {
    return $state.snapshot(this.draft)
  }

  fill(properties: PublishProperties): void {
    this.draft = structuredClone(properties)
    this.settle()
  }

  #findFaults(): Map<string, string> {
    const faults = new Map<string, string>()
    const draft = $state.snapshot(this.draft)
    for (const { path, message } of PublishProperties.safeParse(draft).error?.issues ?? []) {
      const field = path.join('.')
      if (!faults.has(field)) faults.set(field, faultSentence(message))
    }
    const maximum = this.aliasMaximum
    if (maximum !== null && (draft.topicAlias ?? 0) > maximum)
      faults.set('topicAlias', sentenceFor(new AppError('TOPIC_ALIAS_TOO_LARGE', { maximum })))
    return faults
  }
}
