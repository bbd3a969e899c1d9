import type { HistoryRef } from '../../shared/contract/histories'
import type { Recording } from '../../shared/contract/recordings'
import type { WatchedCheck } from '../../shared/contract/watch'
import type { Api } from '../../shared/rpc/contract'
import type { Link, LinkState } from '../../shared/rpc/link'
import { AppError, isAppError, type ErrorCode } from '../../shared/errors'
import { m } from '../paraglide/messages'
import { Actions } from '../state/actions.svelte'
import { BrokerState } from '../state/broker.svelte'
import { connectionName } from '../state/connection-sentences'
import { ConnectionsState } from '../state/connections.svelte'
import { Front } from '../state/front.svelte'
import { pickFile } from './pick-file'
import { JobsState } from '../state/jobs.svelte'
import { untilClosed } from '../state/preferences.svelte'
import { ProfilesState } from '../state/profiles.svelte'
import { ProfileEditor } from '../features/connections/profile-editor.svelte'
import { ChecksState } from '../features/checks/checks.svelte'
import { CollectionsState } from '../features/collections/collections.svelte'
import { ProbeState } from '../features/probe/probe.svelte'
import { PublishState } from '../features/publish/publish.svelte'
import { ReplayState } from '../features/replay/replay.svelte'
import { recordingName } from '../state/recording-words'
import { RecordingsState } from '../state/recordings.svelte'
import { RetainedState } from '../features/retained/retained.svelte'
import { SchemasState } from '../state/schemas.svelte'
import { failureTo, sentenceFor, type Notify } from '../state/sentences'
import { SubtreeState } from '../state/subtree.svelte'
import { copyOr } from '../ui/clipboard'
import type { Place } from '../workspace/workspace-session'
import { SettingsState } from '../state/settings.svelte'
import { TransferState } from '../features/transfer/transfer.svelte'
import { WatchPages } from '../features/watch/watch-pages'
import { UpdatesState } from '../state/updates.svelte'
import { Notices } from './notices.svelte'
import type { PageId } from './page-id'
import type { Tab } from './tab'

/** All state that outlives a page: the link to the process, the data received over it, and the user's position. */
export class AppState {
  link = $state<LinkState>('connecting')
  /** The first snapshots have arrived. */
  ready = $state(false)
  page = $state<PageId>('topics')
  /** Incremented each time the process is reached: views must then be reopened. */
  opened = $state(0)
  /** Incremented each time the user asks for a place: the connection's workspace then goes there. */
  sought = $state(0)
  readonly notices = new Notices()
  /** By connection or recording. */
  readonly places = new Map<string, Place>()
  readonly api: Api
  readonly settings: SettingsState
  readonly profiles: ProfilesState
  readonly editor = new ProfileEditor()
  /** Which tab is in front: a connection's or a recording's. */
  readonly front = new Front()
  readonly connections: ConnectionsState
  readonly recordings: RecordingsState
  readonly broker: BrokerState
  readonly jobs: JobsState
  readonly transfer: TransferState
  readonly replays: ReplayState
  readonly schemas: SchemasState
  readonly updates: UpdatesState
  readonly probe: ProbeState
  readonly subtree: SubtreeState
  readonly collections: CollectionsState
  readonly checks: ChecksState
  readonly watching = new WatchPages(this)
  /** What is in front; null if no tab is open. */
  readonly tab = $derived.by<Tab | null>(() => {
    const status = this.connections.active
    if (status)
      return { id: status.id, history: { kind: 'connection', id: status.id }, status, recording: null }
    const recording = this.recordings.active
    if (!recording) return null
    const { id } = recording
    return { id, history: { kind: 'recording', id }, status: null, recording }
  })
  readonly actions = new Actions()
  readonly #link: Link
  readonly #retained = new Map<string, RetainedState>()
  readonly #drafts = new Map<string, PublishState>()

  constructor(link: Link) {
    this.#link = link
    this.api = link.api
    this.settings = new SettingsState(link.api)
    this.profiles = new ProfilesState(link.api, (list) => this.editor.follow(list))
    this.connections = new ConnectionsState(link.api, this.front)
    this.jobs = new JobsState(link.api)
    this.recordings = new RecordingsState(link.api, this.jobs, this.front)
    this.broker = new BrokerState(link.api)
    this.transfer = new TransferState(link.api, this.jobs)
    this.replays = new ReplayState(link.api, this.jobs, this.notify)
    this.schemas = new SchemasState(link.api)
    this.updates = new UpdatesState(link.api)
    this.probe = new ProbeState(this)
    this.subtree = new SubtreeState(link.api, this.jobs, this.notify)
    this.collections = new CollectionsState(link.api, this.notify, (id) => this.draft(id).sent)
    this.checks = new ChecksState(link.api, this.notify)
  }

  /** Follows the process until the returned function is called. */
  start(): () => void {
    const stops = [
      this.settings.start(),
      this.profiles.start(),
      this.connections.start(),
      this.recordings.start(),
      this.broker.start(),
      this.jobs.start(),
      this.schemas.start(),
      this.updates.start(),
      this.probe.start(),
      this.subtree.start(),
      this.collections.start(() => this.settings.info?.host === 'browser'),
      this.checks.start(),
      this.replays.start(),
      this.watching.start(),
      this.api.on('app.command', ({ id }) => this.actions.run(id)),
      this.api.on('app.arrived', () => void this.#takeArrivals()),
      this.api.on('connections.restarted', ({ id, name, message }) =>
        this.notify('bad', m.connection_restarted({ name: connectionName({ id, name }), message }))
      ),
      this.api.on('broker.crashed', ({ message, restarted }) =>
        this.notify('bad', restarted ? m.broker_restarted({ message }) : m.broker_crashed({ message }))
      ),
      this.#link.onState((state) => {
        this.link = state
        if (state === 'open') this.#load().catch(unlessClosed)
      })
    ]
    return () => stops.forEach((stop) => stop())
  }

  readonly notify: Notify = (tone, text, next) => this.notices.add(tone, text, next)

  readonly copyText = copyOr(() => this.notify('bad', m.inspect_no_clipboard()))

  /** Brings a tab to the front, with its topics or with the page that is shown. */
  showTab(id: string, keepPage = false): void {
    this.front.id = id
    if (!keepPage) this.page = 'topics'
  }

  /** Opens a connection's profile for editing. */
  edit(id: string): void {
    this.editor.edit(this.profiles.find(id))
    this.page = 'connections'
  }

  /** Starts a new profile. */
  create(): void {
    this.editor.edit('new')
    this.page = 'connections'
  }

  /** Opens the page that tests the broker of a profile. Testing begins only there, where the page says what it does to a broker. */
  testBroker(id: string): void {
    this.probe.choose(id)
    this.page = 'probe'
  }

  /** Asks what of a tab's messages to replay, and where. */
  replay(id: string): void {
    const recording = this.recordings.find(id)
    const status = this.connections.list.find((each) => each.id === id)
    this.replays.ask({
      history: { kind: recording ? 'recording' : 'connection', id },
      name: recording ? recordingName(recording) : connectionName(status ?? { id, name: '' }),
      filter: null,
      until: recording?.ends ? recording.ends.last.at / 1_000 : null
    })
  }

  /** Shows a check with what came of it. */
  showCheck({ collection, path, only }: WatchedCheck): void {
    this.page = 'checks'
    void this.checks.show({ collection, path, check: only })
  }

  showPage(page: PageId): void {
    this.page = page
  }

  showTopics(): void {
    this.page = 'topics'
  }

  showBrokerSettings(): void {
    untilClosed.set('broker.tab', 'settings')
    this.page = 'broker'
  }

  /** Closes a connection's or a recording's tab. */
  closeTab(id: string): Promise<void> {
    return this.recordings.find(id) ? this.recordings.close(id) : this.connections.close(id)
  }

  /** Lets the user choose a recording, and opens it. */
  async openRecording(): Promise<void> {
    try {
      const opened = await (this.settings.info?.host === 'browser'
        ? this.#sendRecording()
        : this.recordings.open())
      if (opened) this.showTab(opened.id)
    } catch (error) {
      this.notify('bad', sentenceFor(error))
    }
  }

  async #sendRecording(): Promise<Recording | null> {
    const file = await pickFile('.treetop')
    return file && this.recordings.send(file)
  }

  /** Shows a topic of a connection, or one of its messages, from any page. */
  goTo(connectionId: string, topic: string, messageId: number | null = null): void {
    this.places.set(connectionId, { topic, messageId })
    this.showTab(connectionId)
    this.sought++
  }

  /** Topics of a history whose names contain a text, likeliest first. */
  async suggestTopics(history: HistoryRef, text: string, limit = 40): Promise<string[]> {
    const { topics } = await this.api.call('topics.suggest', { history, text, limit })
    return topics
  }

  /** The draft of the next message on a connection. It is kept while the user is on other pages. */
  draft(connectionId: string): PublishState {
    return lasting(this.#drafts, connectionId, () => new PublishState(this.api, connectionId, untilClosed))
  }

  /** The messages that a connection's broker retains, as of the last check. */
  retained(connectionId: string): RetainedState {
    return lasting(
      this.#retained,
      connectionId,
      () => new RetainedState(this.api, connectionId, failureTo(this.notify))
    )
  }

  async #load(): Promise<void> {
    // Do not wait for the library: without it, payloads that need it report that.
    void this.schemas.load().catch(() => undefined)
    void this.updates.load().catch(() => undefined)
    void this.replays.load().catch(() => undefined)
    void this.subtree.load().catch(() => undefined)
    void this.collections.load().catch(() => undefined)
    if (this.checks.list) void this.checks.load()
    await Promise.all([
      this.settings.load(),
      this.profiles.load(),
      this.connections.load(),
      this.recordings.load(),
      this.jobs.load(),
      this.broker.load()
    ])
    this.opened++
    this.ready = true
    this.probe.load().catch(unlessClosed)
    await this.#takeArrivals()
  }

  /** Handles addresses passed to the app before or after this page loaded. An address only fills in a form; it never connects. */
  async #takeArrivals(): Promise<void> {
    if (!this.ready) return
    for (const arrival of await this.api.call('app.arrivals')) {
      switch (arrival.kind) {
        case 'connection':
          this.page = 'connections'
          this.editor.edit(arrival.address)
          break
        case 'recording':
          this.showTab(arrival.id)
          break
        case 'failed':
          this.notify('bad', sentenceFor(new AppError(arrival.code as ErrorCode, arrival.details as never)))
          break
        case 'refused':
          this.notify('bad', m.app_address_refused({ scheme: arrival.scheme }))
      }
    }
  }
}

/** Creates a state in its own effect root, so that its derived values outlive the component that first requests it. */
function lasting<T>(known: Map<string, T>, key: string, make: () => T): T {
  if (!known.has(key)) $effect.root(() => void known.set(key, make()))
  return known.get(key)!
}

/** Throws an error again, unless the process went away meanwhile: once it is back, everything is loaded anew. */
function unlessClosed(error: unknown): void {
  if (!isAppError(error, 'CHANNEL_CLOSED')) throw error
}
