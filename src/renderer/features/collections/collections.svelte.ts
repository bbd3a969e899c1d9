import type { CollectionList, SavedRequest } from '../../../shared/contract/collections'
import type { Api } from '../../../shared/rpc/contract'
import { m } from '../../paraglide/messages'
import { failureTo, type Notify } from '../../state/sentences'
import { RequestDraft } from './request-draft.svelte'
import { ScriptsState } from './scripts.svelte'
import { SimulatorsState } from './simulators.svelte'
import { Sending, type PublishedMessages } from './sending.svelte'
import { itemOf, keyOf, keysOf, placeOf, type Target } from './tree-rows'
import { UndoStack } from './undo.svelte'

/** Collections of saved messages, as the process reads them from their folders, and what is being edited. */
export class CollectionsState {
  list = $state.raw<CollectionList>({ collections: [], environment: null })
  search = $state('')
  collapsed = $state.raw<ReadonlySet<string>>(new Set())
  /** Key of the current row; null: none. */
  current = $state<string | null>(null)
  /** The current message's draft; null: the current row is none, or its file cannot be used. */
  draft = $state.raw<RequestDraft | null>(null)
  /** Drafts by the key of their row, which keep what is not saved while another message is shown. */
  drafts = $state.raw<ReadonlyMap<string, RequestDraft>>(new Map())
  /** The page is to ask for a folder to open as soon as it is shown. */
  asksFolder = $state(false)
  readonly api: Api
  readonly notify: Notify
  readonly changes = new UndoStack()
  readonly sending: Sending
  readonly simulators: SimulatorsState
  readonly scripts: ScriptsState
  readonly #failed: (error: unknown) => void

  /** `listOf` gives the list of what was published on a connection. */
  constructor(api: Api, notify: Notify, listOf: (connectionId: string) => PublishedMessages) {
    this.api = api
    this.notify = notify
    this.#failed = failureTo(notify)
    this.sending = new Sending(api, notify, listOf)
    this.simulators = new SimulatorsState(api, notify)
    this.scripts = new ScriptsState(api, notify)
  }

  /** Follows the process until the returned function is called. `isBrowser`: see `ScriptsState`. */
  start(isBrowser: () => boolean): () => void {
    const stops = [
      this.sending.start(),
      this.simulators.start(),
      this.api.on('collections.changed', (list) => this.#take(list)),
      this.api.on('collections.opened', ({ id }) => void this.#shown(id, '')),
      this.scripts.start(isBrowser)
    ]
    return () => stops.forEach((stop) => stop())
  }

  async load(): Promise<void> {
    void this.sending.runs.load().catch(() => undefined)
    void this.simulators.load().catch(() => undefined)
    this.#take(await this.api.call('collections.list'))
    await this.scripts.load()
  }

  /** Shows a row and, if it is a message, its draft. */
  async show(collection: string, path: string): Promise<void> {
    const key = keyOf(collection, path)
    this.current = key
    this.draft = this.drafts.get(key) ?? null
    if (path !== '') await this.#read(collection, path)
  }

  toggle(key: string, expanded: boolean): void {
    const collapsed = new Set(this.collapsed)
    if (expanded) collapsed.delete(key)
    else collapsed.add(key)
    this.collapsed = collapsed
  }

  /** True when it is in its file, or in a new one if its file is gone. */
  async save(collection: string, path: string, draft: RequestDraft): Promise<boolean> {
    const request = $state.snapshot(draft.request)
    if (draft.gone) {
      const { name, parent } = draft.gone
      const folder = itemOf(this.list, collection, parent) ? parent : ''
      if ((await this.create(collection, folder, name, request)) === null) return false
      if (this.drafts.get(keyOf(collection, path)) === draft) this.#forget(keyOf(collection, path))
      return true
    }
    if (!(await this.#try(() => this.api.call('collections.save', { collection, path, request }))))
      return false
    draft.saved = request
    draft.outside = null
    return true
  }

  /** Saves a new message and shows it; its path, or null if it could not be saved. */
  async create(
    collection: string,
    parent: string,
    name: string,
    request: SavedRequest
  ): Promise<string | null> {
    const made = await this.#try(() =>
      this.api.call('collections.create', { collection, parent, name, request })
    )
    return made && this.#shown(collection, made.value.path)
  }

  /** Creates a script and shows it. */
  async createScript(collection: string, parent: string, name: string, source: string): Promise<boolean> {
    const path = await this.scripts.create(collection, parent, name, source)
    if (path !== null) await this.#shown(collection, path)
    return path !== null
  }

  async createSimulator(collection: string, parent: string, name: string): Promise<void> {
    const path = await this.simulators.create(collection, parent, name)
    if (path !== null) await this.#shown(collection, path)
  }

  async createFolder(collection: string, parent: string, name: string): Promise<void> {
    const made = await this.#try(() =>
      this.api.call('collections.createFolder', { collection, parent, name })
    )
    if (made) await this.#shown(collection, made.value.path)
  }

  async rename(collection: string, path: string, name: string): Promise<void> {
    const before = itemOf(this.list, collection, path)
    const to = await this.#rename(collection, path, name)
    if (before && to !== null)
      this.changes.push({ collection, path: to, run: (now) => this.#rename(collection, now, before.name) })
  }

  #rename(collection: string, path: string, name: string): Promise<string | null> {
    return this.#moved(collection, path, () =>
      this.api.call('collections.rename', { collection, path, name })
    )
  }

  async duplicate(collection: string, path: string, name: string): Promise<void> {
    const copy = await this.#try(() =>
      this.api.call('collections.duplicate', { collection, path, name: m.collections_copy_name({ name }) })
    )
    if (copy) await this.#shown(collection, copy.value.path)
  }

  async move(collection: string, path: string, target: Target): Promise<void> {
    const before = placeOf(this.list, collection, path)
    const to = await this.#move(collection, path, target)
    if (before && to !== null)
      this.changes.push({ collection, path: to, run: (now) => this.#move(collection, now, before) })
  }

  #move(collection: string, path: string, target: Target): Promise<string | null> {
    return this.#moved(collection, path, () =>
      this.api.call('collections.move', { collection, path, ...target })
    )
  }

  async remove(collection: string, path: string, name: string): Promise<void> {
    const removed = await this.#try(() => this.api.call('collections.remove', { collection, path }))
    if (!removed) return
    const { undo } = removed.value
    const entry = { collection, path, run: () => this.#bringBack(undo) }
    this.changes.push(entry)
    this.notify('good', m.collections_removed({ name }), {
      label: m.collections_undo(),
      run: () => void this.changes.undo(entry)
    })
  }

  async #bringBack(undo: string): Promise<void> {
    const back = await this.#try(() => this.api.call('collections.undo', { undo }))
    if (back) await this.#shown(back.value.collection, back.value.path)
  }

  /** Something is not saved. What the user deleted is not meant. */
  get dirty(): boolean {
    return (
      this.scripts.dirty ||
      this.simulators.dirty ||
      [...this.drafts.values()].some((draft) => draft.dirty && (draft.gone === null || draft === this.draft))
    )
  }

  async setEnvironment(name: string | null): Promise<void> {
    await this.#try(() => this.api.call('collections.setEnvironment', { name }))
  }

  /** Opens a folder; null: the process asks for it, and it is shown when it is open. */
  async open(directory: string | null): Promise<boolean> {
    const opened = await this.#try(() => this.api.call('collections.open', { directory }))
    if (opened?.value) await this.#shown(opened.value.id, '')
    return opened !== null
  }

  async close(collection: string): Promise<void> {
    await this.#try(() => this.api.call('collections.close', { collection }))
  }

  /** Shows a message and returns its draft; null if it cannot be used. */
  async toSend(collection: string, path: string): Promise<RequestDraft | null> {
    if (this.current !== keyOf(collection, path)) await this.show(collection, path)
    return this.draft
  }

  #take(list: CollectionList): void {
    const before = keysOf(this.list)
    const known = keysOf(list)
    this.list = list
    for (const [key, draft] of this.drafts)
      if (known.has(key)) draft.gone = null
      else if (draft.dirty) draft.gone ??= before.get(key) ?? null
      else this.#forget(key)
    if (this.current !== null && !known.has(this.current)) {
      this.draft = this.drafts.get(this.current) ?? null
      if (!this.draft && !this.scripts.isDirty(this.current)) this.current = null
    }
    const open = this.current
    const collection = list.collections.find(({ id }) => open?.startsWith(`${id}:`))
    const path = collection && open!.slice(collection.id.length + 1)
    if (collection && path) void this.#read(collection.id, path)
  }

  /** Reads a message for its draft. */
  async #read(collection: string, path: string): Promise<void> {
    const key = keyOf(collection, path)
    const kind = itemOf(this.list, collection, path)?.kind
    if (kind === 'simulator') await this.simulators.read(collection, path)
    if (kind !== 'request') return
    // An item that is gone meanwhile is no fault: the list says so, too.
    const saved = await this.api.call('collections.request', { collection, path }).catch(() => null)
    const known = this.drafts.get(key)
    if (saved && known) known.follow(saved)
    else if (saved) this.drafts = new Map([...this.drafts, [key, new RequestDraft(saved)]])
    if (this.current === key) this.draft = (saved && this.drafts.get(key)) ?? null
  }

  /** Shows an item, or an opened collection, unless the user has gone on from the row `from`, or is in the collection already. */
  async #shown(collection: string, path: string, from = this.current): Promise<string> {
    await this.load()
    for (let above = path; above.includes('/');) {
      above = above.slice(0, above.lastIndexOf('/'))
      this.toggle(keyOf(collection, above), true)
    }
    this.toggle(keyOf(collection, ''), true)
    const { current } = this
    const isThere = path === '' && current?.startsWith(keyOf(collection, ''))
    if (current === null || (current === from && !isThere)) await this.show(collection, path)
    return path
  }

  /** Gives an item another path, and shows it. The draft goes with its item, and so do those of a folder's items. */
  async #moved(
    collection: string,
    from: string,
    move: () => Promise<{ path: string }>
  ): Promise<string | null> {
    const { current } = this
    const moved = await this.#try(move)
    if (!moved) return null
    const to = moved.value.path
    const before = keyOf(collection, from)
    const after = keyOf(collection, to)
    const renamed = (key: string): string =>
      key === before || key.startsWith(`${before}/`) ? after + key.slice(before.length) : key
    this.drafts = new Map([...this.drafts].map(([key, draft]) => [renamed(key), draft]))
    this.scripts.moved(renamed)
    this.simulators.renamed(renamed)
    this.collapsed = new Set([...this.collapsed].map(renamed))
    this.changes.moved(collection, from, to)
    return this.#shown(collection, to, current)
  }

  /** Gives up what is not saved of a message whose file is gone. */
  discard(collection: string, path: string): void {
    this.#forget(keyOf(collection, path))
    this.current = null
    this.draft = null
  }

  #forget(key: string): void {
    const drafts = new Map(this.drafts)
    drafts.delete(key)
    this.drafts = drafts
  }

  /** Tells the user of an error and returns null. */
  async #try<T>(work: () => Promise<T>): Promise<{ value: T } | null> {
    try {
      return { value: await work() }
    } catch (error) {
      this.#failed(error)
      return null
    }
  }
}
