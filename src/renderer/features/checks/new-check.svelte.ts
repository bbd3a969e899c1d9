import type { CheckFileHead, CheckFolder } from '../../../shared/contract/checks'
import {
  LONGEST_WAIT,
  type CheckPreview,
  type NewCheck,
  type PayloadMatch
} from '../../../shared/contract/new-checks'
import type { Api } from '../../../shared/rpc/contract'
import { m } from '../../paraglide/messages'
import { Refresh } from '../../state/refresh'
import { OWN_BROKER, type AskedCheck } from './asked-check'

/** Seconds: a device may take longer than a broker. */
const WAIT_FOR_OWN = 5
const WAIT_FOR_OTHERS = 30

/** The form of a check that is made of a message. */
export class NewCheckForm {
  name = $state('')
  collection = $state('')
  /** Path of the file that it is appended to; empty: a new one. */
  file = $state('')
  publishes = $state(false)
  /** null: the best that is offered. */
  payload = $state<PayloadMatch | null>(null)
  qos = $state(true)
  retain = $state(true)
  properties = $state(true)
  /** Seconds; NaN while it is not a number. */
  within = $state(WAIT_FOR_OTHERS)
  /** What would be written; null: nothing is known yet, or `fault`. */
  preview = $state.raw<CheckPreview | null>(null)
  /** Why it cannot be written. */
  fault = $state.raw<unknown>(null)
  readonly asked: AskedCheck
  readonly #api: Api
  readonly #folders: readonly CheckFolder[]
  readonly #files: readonly CheckFileHead[]
  /** The name is the one that was proposed. */
  #proposed = ''

  constructor(
    api: Api,
    asked: AskedCheck,
    { folders, files }: { folders: CheckFolder[]; files: CheckFileHead[] }
  ) {
    this.#api = api
    this.asked = asked
    this.#folders = folders
    this.#files = files
    this.collection = asked.collection ?? folders[0]?.id ?? ''
    // Nobody but the check itself publishes to a fresh broker.
    this.publishes = asked.publishes || asked.broker === OWN_BROKER
    this.within = this.publishes ? WAIT_FOR_OWN : WAIT_FOR_OTHERS
    this.propose()
  }

  /** The collections to choose from. */
  get folders(): readonly CheckFolder[] {
    const { collection } = this.asked
    return collection === null ? this.#folders : this.#folders.filter(({ id }) => id === collection)
  }

  /** Files of the collection that can be appended to. A saved message must be beside them, or below. */
  readonly files = $derived.by(() => {
    const { source } = this.asked
    return this.#files.filter(
      ({ collection, path, problems }) =>
        collection === this.collection &&
        problems.length === 0 &&
        (source.kind === 'message' || source.path.startsWith(path.slice(0, path.lastIndexOf('/') + 1)))
    )
  })

  readonly chosen = $derived(this.files.find(({ path }) => path === this.file) ?? null)
  /** The broker that the check runs against. */
  readonly broker = $derived.by(() => this.chosen?.broker ?? this.asked.broker)
  readonly isLocal = $derived(this.broker === OWN_BROKER)
  readonly withinFault = $derived(!(this.within >= 0.1 && this.within <= LONGEST_WAIT))

  /** Proposes a name that no check of the file has, unless one is typed. */
  propose(): void {
    if (this.name !== this.#proposed) return
    const taken = new Set(this.chosen?.checks.map(({ name }) => name))
    const plain = m.checks_make_name({ topic: this.asked.topic.replaceAll('{{', '{ {').slice(-150) })
    let name: string = plain
    for (let number = 2; taken.has(name); number++) name = `${plain} ${number}`
    this.name = this.#proposed = name
  }

  chooseCollection(id: string): void {
    this.collection = id
    this.chooseFile('')
  }

  chooseFile(path: string): void {
    this.file = path
    this.propose()
  }

  get wanted(): NewCheck {
    const { asked, collection, file, name, publishes, payload, qos, retain, properties, within } = this
    return {
      ...{ collection, name, publishes, within },
      file: file === '' ? null : file,
      source: asked.source,
      broker: asked.broker,
      match: { payload, qos, retain, properties }
    }
  }

  readonly #refresh = new Refresh(
    async (current) => {
      const preview = await this.#api.call('checks.preview', this.wanted)
      if (current()) Object.assign(this, { preview, fault: null })
    },
    (error) => (this.fault = error)
  )

  /** Call when what is chosen has changed. */
  show(): void {
    if (this.name.trim() === '' || this.withinFault) this.#refresh.cancel()
    else void this.#refresh.restart()
  }

  /** The file that it was written into. Throws as `checks.create` does. */
  async create(): Promise<string> {
    const { path } = await this.#api.call('checks.create', this.wanted)
    return path
  }
}
