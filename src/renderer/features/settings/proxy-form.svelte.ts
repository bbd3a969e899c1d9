import { SvelteSet } from 'svelte/reactivity'
import {
  defaultProxyServer,
  proxyFaults,
  type GlobalProxy,
  type ShownGlobalProxy
} from '../../../shared/contract/transport'
import type { Api } from '../../../shared/rpc/contract'
import { faultSentence } from '../../state/field-faults'

const nothing: ShownGlobalProxy = { on: false, server: defaultProxyServer(), password: null }

/** The proxy of the settings, as it is stored and as it is edited. */
export class ProxyForm {
  stored = $state.raw(nothing)
  /** null until the stored one is known. */
  draft = $state<GlobalProxy | null>(null)
  /** What was typed; undefined keeps the stored password, null removes it. */
  password = $state<string | null | undefined>(undefined)
  readonly dirty = $derived.by(() => {
    const { draft, stored } = this
    const before = { on: stored.on, server: stored.server }
    return draft !== null && (this.password !== undefined || JSON.stringify(draft) !== JSON.stringify(before))
  })
  readonly #api: Api
  readonly #touched = new SvelteSet<string>()
  #tried = $state(false)

  constructor(api: Api) {
    this.#api = api
  }

  /** Follows changes until the returned function is called. Edits stay. */
  start(): () => void {
    this.#api.call('proxy.get').then(
      (proxy) => this.#take(proxy),
      // It is asked for again when the page is shown.
      () => undefined
    )
    return this.#api.on('proxy.changed', (proxy) => {
      if (this.dirty) this.stored = proxy
      else this.#take(proxy)
    })
  }

  get keepsPassword(): boolean {
    return this.stored.password !== null && this.password !== null
  }

  faultOf(field: string): string | undefined {
    if (!this.#tried && !this.#touched.has(field)) return undefined
    const fault = this.#faults().get(field)
    return fault === undefined ? undefined : faultSentence(fault)
  }

  touch(field: string): void {
    this.#touched.add(field)
  }

  /** Switching it off applies at once. Before it is on, its fields are to be filled in and saved. Returns whether it was stored. */
  async switch(on: boolean): Promise<boolean> {
    const { draft, stored } = this
    if (!draft) return false
    draft.on = on
    if (on || !stored.on) return false
    // What is being edited is not stored with it.
    this.stored = await this.#api.call('proxy.set', { proxy: { on: false, server: stored.server } })
    return true
  }

  /** Returns whether it was stored; otherwise its faults are shown. Throws FILE_UNWRITABLE. */
  async save(): Promise<boolean> {
    const draft = $state.snapshot(this.draft)
    if (!draft) return false
    this.#tried = true
    if (this.#faults().size > 0) return false
    const { password } = this
    this.#take(
      await this.#api.call('proxy.set', { proxy: draft, ...(password !== undefined && { password }) })
    )
    return true
  }

  #faults(): Map<string, string> {
    const { draft } = this
    if (!draft) return new Map()
    const { port } = draft.server
    const found = new Map(proxyFaults(draft.server).map(([path, code]) => [`server.${path.join('.')}`, code]))
    if (!Number.isInteger(port) || port < 1 || port > 65_535) found.set('server.port', 'PORT_RANGE')
    return found
  }

  #take(proxy: ShownGlobalProxy): void {
    this.stored = proxy
    this.draft = { on: proxy.on, server: { ...proxy.server } }
    this.password = undefined
    this.#tried = false
    this.#touched.clear()
  }
}
