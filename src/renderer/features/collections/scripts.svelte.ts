import type { EventPayload } from '../../../shared/contract'
import type { CollectionItem } from '../../../shared/contract/collections'
import { SCRIPT_LIMITS, type ScriptLine, type ScriptStatus } from '../../../shared/contract/scripts'
import type { Api } from '../../../shared/rpc/contract'
import { showOutside } from '../../state/outside-notice'
import { failureTo, type Notify } from '../../state/sentences'
import { keyOf } from './tree-rows'

/** A script that is being edited. */
export class ScriptDraft {
  source = $state('')
  /** As the file holds it. */
  saved = $state.raw('')
  /** The file changed while it was being edited: what it holds now. */
  outside = $state.raw<string | null>(null)
  /** What the tree shows of it; also when its file is gone. */
  item: CollectionItem

  constructor(item: CollectionItem, saved: string) {
    this.item = item
    this.take(saved)
  }

  get dirty(): boolean {
    return this.source !== this.saved
  }

  take(saved: string): void {
    this.source = this.saved = saved
    this.outside = null
  }

  /** The file was read again. What is being edited stays. */
  follow(saved: string): void {
    if (saved === this.saved) return
    if (!this.dirty || saved === this.source) this.take(saved)
    else this.outside = saved
  }

  keepMine(): void {
    this.saved = this.outside ?? this.saved
    this.outside = null
  }
}

/** The scripts of the collections: what is edited, what runs, and the console. */
export class ScriptsState {
  statuses = $state.raw<ReadonlyMap<string, ScriptStatus>>(new Map())
  lines = $state.raw<readonly ScriptLine[]>([])
  drafts = $state.raw<ReadonlyMap<string, ScriptDraft>>(new Map())
  readonly #api: Api
  readonly #notify: Notify
  readonly #failed: (error: unknown) => void
  /** Whether the page shows notifications of the system itself, because nobody else does. */
  isBrowser: () => boolean = () => false

  constructor(api: Api, notify: Notify) {
    this.#api = api
    this.#notify = notify
    this.#failed = failureTo(notify)
  }

  /** Follows the process until the returned function is called. */
  start(isBrowser: () => boolean): () => void {
    this.isBrowser = isBrowser
    const stops = [
      this.#api.on('scripts.changed', (list) => this.#take(list)),
      this.#api.on('scripts.told', (lines) => this.#told(lines)),
      this.#api.on('scripts.cleared', () => (this.lines = [])),
      this.#api.on('scripts.notice', (raised) => this.#raised(raised))
    ]
    return () => stops.forEach((stop) => stop())
  }

  async load(): Promise<void> {
    this.#take(await this.#api.call('scripts.list'))
    this.lines = await this.#api.call('scripts.console')
  }

  get dirty(): boolean {
    return [...this.drafts.values()].some((draft) => draft.dirty)
  }

  isDirty(key: string | null): boolean {
    return key !== null && this.drafts.get(key)?.dirty === true
  }

  /** Reads a script for its draft. One that is gone keeps its draft. */
  async read(collection: string, item: CollectionItem): Promise<void> {
    const { path } = item
    const read = await this.#api.call('scripts.read', { collection, path }).catch(() => null)
    if (!read) return
    const known = this.drafts.get(keyOf(collection, path))
    if (known) {
      known.item = item
      known.follow(read.source)
    } else
      this.drafts = new Map([...this.drafts, [keyOf(collection, path), new ScriptDraft(item, read.source)]])
  }

  async save(collection: string, path: string, draft: ScriptDraft): Promise<boolean> {
    const { source } = draft
    const before = draft.saved
    const saved = await this.#try(() => this.#api.call('scripts.save', { collection, path, source, before }))
    if (saved) {
      draft.saved = source
      draft.outside = null
    }
    return saved !== null
  }

  /** Creates a script; its path, or null if it could not be saved. */
  async create(collection: string, parent: string, name: string, source: string): Promise<string | null> {
    const made = await this.#try(() => this.#api.call('scripts.create', { collection, parent, name, source }))
    if (!made) return null
    // Who writes a script here wants it to run.
    await this.#try(() => this.#api.call('scripts.allow', { collection, path: made.value.path, source }))
    return made.value.path
  }

  /** Lets a script run, with the text that is shown. */
  async allow(collection: string, path: string, draft: ScriptDraft): Promise<void> {
    if (draft.dirty && !(await this.save(collection, path, draft))) return
    await this.#try(() => this.#api.call('scripts.allow', { collection, path, source: draft.saved }))
  }

  async forbid(collection: string, path: string): Promise<void> {
    await this.#try(() => this.#api.call('scripts.forbid', { collection, path }))
  }

  async clear(): Promise<void> {
    await this.#try(() => this.#api.call('scripts.clearConsole'))
  }

  /** The draft goes with its script. */
  moved(renamed: (key: string) => string): void {
    this.drafts = new Map([...this.drafts].map(([key, draft]) => [renamed(key), draft]))
  }

  #raised({ path, name, texts }: EventPayload<'scripts.notice'>): void {
    for (const text of texts) this.#notify('bad', text)
    if (this.isBrowser()) showOutside(name, texts.join('\n'), `script-${path}`)
  }

  #take(list: readonly ScriptStatus[]): void {
    this.statuses = new Map(list.map((status) => [keyOf(status.collection, status.path), status]))
  }

  #told(lines: readonly ScriptLine[]): void {
    // What was loaded may have lines that are told of only now.
    const last = this.lines.at(-1)?.number ?? -1
    const news = lines.filter(({ number }) => number > last)
    this.lines = [...this.lines, ...news].slice(-SCRIPT_LIMITS.consoleLines)
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
