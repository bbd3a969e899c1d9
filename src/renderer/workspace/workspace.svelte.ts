import type { HistoryRef } from '../../shared/contract/histories'
import type { FoundRow } from '../../shared/contract/messages'
import { TopicChart } from '../features/charts/topic-chart.svelte'
import { ClearingState } from '../features/history/clearing.svelte'
import { HistoryState } from '../features/history/history.svelte'
import { isInScope } from '../features/history/scope'
import { SearchState } from '../features/history/search.svelte'
import { CompareState } from '../features/message/compare.svelte'
import { MessageState } from '../features/message/message.svelte'
import { MomentsState } from '../features/moments/moments.svelte'
import type { PublishState } from '../features/publish/publish.svelte'
import { MarksState } from '../features/topics/marks.svelte'
import { TopicsState } from '../features/topics/topics.svelte'
import { preferences } from '../state/preferences.svelte'
import { failureTo } from '../state/sentences'
import { copyPayload } from './copy-payload'
import { Destination } from './destination'
import type { WorkspaceSession } from './workspace-session'

export type WorkspaceTab = 'value' | 'diff' | 'chart' | 'history'

/**
 * What the user looks at in one connection or recording: a topic of its tree, one of the topic's messages, and the tab that shows it. The
 * methods are the user's commands; this class also reacts to their consequences and to incoming messages.
 */
export class WorkspaceState {
  /** The history that the topics and messages belong to. */
  readonly historyRef: HistoryRef
  readonly topics: TopicsState
  readonly marks: MarksState
  readonly moments: MomentsState
  readonly message: MessageState
  readonly history: HistoryState
  readonly search: SearchState
  readonly clearing: ClearingState
  readonly compare: CompareState
  readonly charts: TopicChart
  readonly draft: PublishState
  /** Changed by `showTab`. */
  tab = $state<WorkspaceTab>('value')
  /** Includes messages of the topics below this one. Changed by `setSubtree`. */
  subtree = $state(false)
  /** The recorded message that is shown; null: the topic's last one, live. */
  messageId = $state<number | null>(null)
  /** The message that the diff compares with; null: the previous one. */
  against = $state<number | null>(null)
  /** The next message chosen in the history becomes the one to compare with. */
  picking = $state(false)
  /** Whether the value marks what changed since the previous message. */
  readonly marking = $derived(preferences.get('mark-changes') === 'on')
  readonly path = $derived.by(() => this.topics.selectedPath)
  readonly node = $derived.by(() => this.topics.selected?.row ?? null)
  /** The topic filter of what is shown; null for everything. */
  readonly filter = $derived.by(() => (this.path !== null && this.subtree ? `${this.path}/#` : this.path))
  /** Lines of the value that changed since the previous message; null when they should not be marked. */
  readonly changedLines = $derived.by(() => {
    if (!this.marking) return null
    const { comparison } = this.compare
    const { view } = this.message
    return this.against === null && view?.body.format === 'json' && comparison?.after.id === view.head.id
      ? comparison.lines
      : []
  })
  readonly #session: WorkspaceSession
  readonly #id: string
  /** Last known row of the selected topic: its last message and its message count. Null until the row was seen. */
  #seen: { lastId: number | null; messages: number } | null = null
  /** Whether a past moment is shown. */
  #past = false
  /** The last comparison: the message and how it was shown. */
  #compared = ''
  readonly #destination = new Destination({
    reveal: (topic) => this.topics.reveal(topic),
    arrive: ({ topic, messageId }) => {
      this.select(topic)
      if (messageId !== null && this.messageId !== messageId) this.openMessage(topic, messageId)
    }
  })

  constructor(session: WorkspaceSession, history: HistoryRef) {
    const { api } = session
    this.#session = session
    this.historyRef = history
    this.tab = session.settings.value.topicPanel
    this.#id = history.id
    const failed = failureTo(session.notify)
    this.topics = new TopicsState(api, history, {
      ready: () => this.goToPlace(),
      selected: () => this.#selected(),
      changed: () => this.#nodeChanged()
    })
    this.marks = new MarksState(api, history, failed, (marks) => this.topics.setMarks(marks))
    this.moments = new MomentsState(api, history, failed, () => this.#moved())
    this.message = new MessageState(api, history, () => this.#messageArrived())
    this.history = new HistoryState(api, history)
    this.search = new SearchState(api, history, () => this.#showHistory())
    this.clearing = new ClearingState(api, session.jobs, history.id, session.notify)
    this.compare = new CompareState(api, history)
    this.charts = new TopicChart(api, history, failed)
    this.draft = session.draft(history.id)
  }

  /** Follows the connection or recording until the returned function is called. */
  attach(): () => void {
    const stops = [
      this.topics.start(),
      this.marks.start(),
      this.moments.start(),
      this.charts.start(),
      this.#session.api.on('messages.cleared', ({ connectionId, scope }) => {
        if (connectionId !== this.#id) return
        void this.history.reload()
        if (this.messageId !== null && isInScope(this.message.topic ?? '', scope)) this.live()
        else this.message.refresh()
        this.search.run()
      }),
      () => this.search.stop()
    ]
    return () => stops.forEach((stop) => stop())
  }

  select(topic: string | null): void {
    this.topics.select(topic)
  }

  showTab(tab: WorkspaceTab): void {
    if (tab === this.tab) return
    this.tab = tab
    if (tab !== 'history') this.picking = false
    this.#showHistory()
    this.#showComparison()
  }

  setSubtree(subtree: boolean): void {
    if (subtree === this.subtree) return
    this.subtree = subtree
    this.#showHistory()
  }

  /** Shows a recorded message, or compares with it while picking. */
  openMessage(topic: string, id: number): void {
    if (this.picking) {
      this.against = id
      return this.showTab('diff')
    }
    this.messageId = id
    this.message.show({ topic, id }, true)
    this.#remember()
  }

  /** Shows a found message and selects its topic, or compares with it while picking. */
  openFound(row: FoundRow): void {
    if (this.picking) this.openMessage(row.topic, row.id)
    else void this.#destination.goTo({ topic: row.topic, messageId: row.id })
  }

  /** Selects the topic of the shown message, which stays. */
  selectTopicOf(topic: string): void {
    void this.#destination.goTo({ topic, messageId: this.messageId })
  }

  /** Returns to the topic's last message: the current one, or that of the moment shown. */
  live(): void {
    this.messageId = null
    const { path: topic } = this
    const id = this.moments.moment === null ? null : (this.node?.last?.id ?? 0)
    this.message.show(topic === null || id === 0 ? null : { topic, id })
    this.#remember()
  }

  /** Goes to the place the user last visited here, or asked for. */
  goToPlace(): void {
    const place = this.topics.ready ? this.#session.places.get(this.#id) : undefined
    if (!place) return
    if (place.messageId !== null) this.showTab('value')
    void this.#destination.goTo(place)
  }

  showTabOf(topic: string, tab: WorkspaceTab): void {
    this.select(topic)
    this.showTab(tab)
  }

  /** Charts a value of the shown message. */
  async chartValue(pointer: string): Promise<void> {
    const topic = this.message.view?.head.topic
    if (topic === undefined) return
    // Named items are addressed by their name.
    const fields = await this.charts.chart.fields(topic).catch(() => [])
    await this.charts.pick(topic, fields.find(({ place }) => place === pointer)?.path ?? pointer)
    this.showTab('chart')
  }

  /** Copies the selected topic's payload as the tree shows it: as text, or as hex digits if it is not text. */
  copyPayload(): Promise<void> {
    const id = this.moments.moment === null ? null : (this.node?.last?.id ?? 0)
    return copyPayload(this.#session, this.historyRef, this.path ?? '', id)
  }

  setMarking(on: boolean): void {
    preferences.set('mark-changes', on ? 'on' : 'off')
    this.#showComparison()
  }

  /** Starts picking the message to compare with. */
  pick(): void {
    this.picking = true
    this.showTab('history')
  }

  /** Compares with the previous message. */
  comparePrevious(): void {
    this.against = null
    this.#showComparison()
  }

  /** Repeats the comparison that the diff shows. */
  compareAgain(): void {
    const id = this.message.view?.head.id
    if (id) this.compare.show(this.tab === 'diff' ? this.against : null, id)
  }

  /** Decodes the shown payloads again after decoders or schemas changed. */
  decodeAgain(): void {
    this.message.refresh()
    void this.history.reload()
  }

  #selected(): void {
    const { path } = this
    this.#seen = null
    this.subtree = false
    this.picking = false
    this.against = null
    this.compare.clear()
    this.#compared = ''
    // A message on its way replaces the shown one directly, without a live one between them.
    const { place } = this.#destination
    if (place === null || place.messageId === null) this.live()
    else if (place.topic === path) this.openMessage(path, place.messageId)
    this.#showHistory()
    this.#nodeChanged()
    this.draft.follow(path)
  }

  #nodeChanged(): void {
    const { node } = this
    const before = this.#seen
    // Not known yet. A row that was known and is gone did not exist at the moment shown, or was cleared.
    if (!node && before === null) return
    const lastId = node?.last?.id ?? null
    const messages = node?.messages ?? 0
    this.#seen = { lastId, messages }
    // The branch has no messages of its own, so show the messages below it.
    if (before === null && lastId === null) this.setSubtree(true)
    if (lastId !== before?.lastId) {
      // A message that was just opened stays until the moment moves.
      if (this.moments.moment !== null && (before !== null || this.messageId === null)) this.live()
      else if (lastId !== null && this.messageId === null) this.message.refresh()
    }
    if (messages !== before?.messages) this.history.newer()
  }

  #moved(): void {
    const { moment } = this.moments
    this.topics.setMoment(moment?.id ?? null)
    this.charts.chart.until = moment?.at ?? null
    // When moving from one moment to another, the message changes with the topic's row.
    if (moment === null || !this.#past) this.live()
    this.#past = moment !== null
    this.#showHistory()
  }

  #messageArrived(): void {
    const { view } = this.message
    const arrived = view ? `${view.head.id} ${view.body.format}` : ''
    if (arrived === this.#compared) return
    this.#compared = arrived
    this.#showComparison()
  }

  #showComparison(): void {
    const { tab, marking } = this
    const { view } = this.message
    const isShown = tab === 'value' || (tab === 'history' && this.messageId !== null)
    if (tab === 'diff' || (isShown && marking && view?.body.format === 'json')) this.compareAgain()
  }

  #showHistory(): void {
    const { path: topic, subtree } = this
    const scope = { topic, subtree: topic !== null && subtree }
    const shown = this.tab === 'history' && !this.search.seeking
    this.history.show(shown ? scope : null, shown ? (this.moments.moment?.id ?? null) : null)
  }

  #remember(): void {
    const { path: topic, messageId } = this
    if (topic !== null) this.#session.places.set(this.#id, { topic, messageId })
  }
}
