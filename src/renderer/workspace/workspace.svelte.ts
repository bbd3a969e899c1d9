import { tick, untrack } from 'svelte'
import type { HistoryRef } from '../../shared/contract/histories'
import type { FoundRow } from '../../shared/contract/messages'
import { m } from '../paraglide/messages'
import type { AppState, Place } from '../shell/app.svelte'
import { ClearingState } from '../features/history/clearing.svelte'
import { CompareState } from '../features/message/compare.svelte'
import { HistoryState } from '../features/history/history.svelte'
import { MomentsState } from '../features/moments/moments.svelte'
import { MarksState } from '../features/topics/marks.svelte'
import { MessageState } from '../features/message/message.svelte'
import type { PublishState } from '../features/publish/publish.svelte'
import { SearchState } from '../features/history/search.svelte'
import { asText } from '../features/publish/payload'
import { sentenceFor } from '../state/sentences'
import { TopicChart } from '../features/charts/topic-chart.svelte'
import { TopicsState } from '../features/topics/topics.svelte'

export type WorkspaceTab = 'value' | 'diff' | 'chart' | 'history'

const MARK_KEY = 'treetop.mark-changes'

/** What a person looks at in one connection, or in a recording: a topic of its tree, one of the topic's messages, and which side of it. */
export class WorkspaceState {
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
  tab = $state<WorkspaceTab>('value')
  /** Messages of what is below the topic, too. */
  subtree = $state(false)
  /** The recorded message that is shown; null: the topic's last one, live. */
  messageId = $state<number | null>(null)
  /** The message that the diff compares with; null: the one before. */
  against = $state<number | null>(null)
  /** The next message that is chosen in the history is the one to compare with. */
  picking = $state(false)
  /** What changed since the message before is marked in the value. */
  marking = $state(localStorage.getItem(MARK_KEY) !== 'off')
  readonly path = $derived.by(() => this.topics.selectedPath)
  readonly node = $derived.by(() => this.topics.selected?.row ?? null)
  /** The topic filter of what is shown; null for everything. */
  readonly filter = $derived.by(() => (this.path !== null && this.subtree ? `${this.path}/#` : this.path))
  /** Lines of the value that changed since the message before; null: they are not to be marked. */
  readonly changedLines = $derived.by(() => {
    if (!this.marking) return null
    const { comparison } = this.compare
    const { view } = this.message
    return this.against === null && view?.body.format === 'json' && comparison?.after.id === view.head.id
      ? comparison.lines
      : []
  })
  #wasPast = false
  readonly #app: AppState
  /** Whose topics and messages these are. */
  readonly historyRef: HistoryRef
  readonly #id: string

  constructor(app: AppState, history: HistoryRef) {
    this.#app = app
    this.historyRef = history
    this.#id = history.id
    this.topics = new TopicsState(app.api, history)
    const failed = (error: unknown): void => app.notify('bad', sentenceFor(error))
    this.marks = new MarksState(app.api, history, failed)
    this.moments = new MomentsState(app.api, history, failed)
    this.message = new MessageState(app.api, history)
    this.history = new HistoryState(app.api, history)
    this.search = new SearchState(app.api, history)
    this.clearing = new ClearingState(app.api, app.jobs, history.id, app.notify)
    this.compare = new CompareState(app.api, history)
    this.charts = new TopicChart(app.api, history)
    this.draft = app.draft(history.id)
  }

  /**
   * Lets what is shown follow the person and the connection, as long as the component lives that calls it. `generation` counts up with each
   * worker that serves the views (see ConnectionStatus).
   */
  follow(generation: () => number): void {
    $effect(() => this.topics.start())
    $effect(() => this.marks.start())
    $effect(() => this.moments.start())
    $effect(() => this.topics.setMoment(this.moments.moment?.id ?? null))
    $effect(() => this.topics.setMarks(this.marks.value))
    $effect(() => void (this.charts.chart.until = this.moments.moment?.at ?? null))
    $effect(() => () => this.search.stop())
    $effect(() =>
      this.#app.api.on('messages.cleared', ({ connectionId }) => {
        if (connectionId !== this.#id) return
        void this.history.reload()
        this.message.refresh()
        this.search.run()
      })
    )
    this.#followDecoders()
    this.#followProcess(generation)
    this.#followPerson()
    this.#followMessages()
  }

  openMessage(topic: string, id: number): void {
    if (this.picking) return this.#compareWith(id)
    this.messageId = id
    this.tab = 'value'
    this.message.show({ topic, id })
  }

  /** Charts a value of the message that is shown. */
  async chartValue(pointer: string): Promise<void> {
    const topic = this.message.view?.head.topic
    if (topic === undefined) return
    // An item that has a name is known by it.
    const fields = await this.charts.chart.fields(topic).catch(() => [])
    this.charts.pick(topic, fields.find(({ place }) => place === pointer)?.path ?? pointer)
    this.tab = 'chart'
  }

  /** Puts the payload of the selected topic, as it is shown in the tree, in the clipboard: as text, or as hex digits where it is none. */
  async copyPayload(): Promise<void> {
    try {
      const raw = { history: this.historyRef, decoder: { format: 'raw' as const } }
      const view =
        this.moments.moment === null
          ? await this.#app.api.call('topics.get', { ...raw, topic: this.path ?? '' })
          : await this.#app.api.call('messages.get', { ...raw, id: this.node?.last?.id ?? 0 })
      if (view?.body.format !== 'raw') return
      const { text, hex } = asText(view.body.bytes)
      await navigator.clipboard.writeText(text)
      this.#app.notify('good', hex ? m.topics_copied_hex() : m.topics_copied_payload())
    } catch (error) {
      this.#app.notify('bad', sentenceFor(error))
    }
  }

  setMarking(on: boolean): void {
    this.marking = on
    localStorage.setItem(MARK_KEY, on ? 'on' : 'off')
  }

  /** Asks for the message to compare with. */
  pick(): void {
    this.picking = true
    this.tab = 'history'
  }

  /** Compares again what the diff shows. */
  compareAgain(): void {
    const id = this.message.view?.head.id
    if (id) this.compare.show(this.tab === 'diff' ? this.against : null, id)
  }

  #compareWith(id: number): void {
    this.picking = false
    this.against = id
    this.tab = 'diff'
  }

  /** Back to the topic's last message: that of now, or of the moment that is shown. */
  live(): void {
    this.messageId = null
    const { path: topic } = this
    const id = this.moments.moment === null ? null : (this.node?.last?.id ?? 0)
    this.message.show(topic === null || id === 0 ? null : { topic, id })
  }

  /** Shows a place: first its topic, which brings its own live message, then the message. */
  async goTo({ topic, messageId }: Place): Promise<void> {
    // Without a view the topic is selected all the same; its branches open with the next view.
    await this.topics.reveal(topic).catch(() => null)
    this.topics.select(topic)
    await tick()
    if (messageId !== null) this.openMessage(topic, messageId)
  }

  openFound(row: FoundRow): void {
    this.search.openedId = row.id
    void this.goTo({ topic: row.topic, messageId: row.id })
  }

  /** Other decoders or schemas: what is shown is decoded anew. */
  #followDecoders(): void {
    const bindings = $derived(JSON.stringify(this.#app.profiles.find(this.#id)?.decoders))
    const decoding = $derived([bindings, this.#app.schemas.list])
    let before = untrack(() => decoding)
    $effect(() => {
      const now = decoding
      if (now === before) return
      before = now
      untrack(() => {
        this.message.refresh()
        void this.history.reload()
      })
    })
  }

  /** Views are gone with the process, or the connection's worker, that had them. */
  #followProcess(generation: () => number): void {
    let before = generation()
    $effect(() => {
      if (this.#app.opened > 1) untrack(() => void this.topics.watch())
    })
    $effect(() => {
      if (generation() === before) return
      before = generation()
      untrack(() => void this.topics.watch())
    })
  }

  #followPerson(): void {
    // Where the person was before another page, or asked to go.
    $effect(() => {
      if (!this.topics.ready || this.#app.sought < 0) return
      const place = untrack(() => this.#app.places.get(this.#id))
      if (place) void this.goTo(place)
    })
    $effect(() => {
      const { path: topic, messageId } = this
      if (topic !== null) this.#app.places.set(this.#id, { topic, messageId })
    })
    // Another topic.
    $effect(() => {
      const { path } = this
      untrack(() => {
        this.subtree = false
        this.picking = false
        this.against = null
        this.compare.clear()
        this.live()
        if (path !== null) this.draft.suggest(path)
      })
    })
    $effect(() => {
      const { path, subtree } = this
      const until = this.moments.moment?.id ?? null
      if (this.tab === 'history' && !this.search.seeking)
        this.history.show({ topic: path, subtree: path !== null && subtree }, until)
      else this.history.show(null)
    })
    // A branch without messages of its own: what is below it is what there is to see.
    $effect(() => {
      if (this.node && !this.node.last) this.subtree = true
    })
  }

  #followMessages(): void {
    const shown = $derived(this.message.view?.head.id ?? 0)
    const comparing = $derived(
      this.tab === 'diff' ||
        (this.tab === 'value' && this.marking && this.message.view?.body.format === 'json')
    )
    $effect(() => {
      const { against, tab } = this
      if (shown > 0 && comparing) untrack(() => this.compare.show(tab === 'diff' ? against : null, shown))
    })
    $effect(() => {
      if (this.tab !== 'history') this.picking = false
    })
    const past = $derived(this.moments.moment !== null)
    const shownThen = $derived(past ? (this.node?.last?.id ?? 0) : null)
    $effect(() => {
      // With the moment goes the message; back from the past it is live again.
      const then = shownThen
      untrack(() => (then !== null || this.#wasPast) && this.live())
      this.#wasPast = then !== null
    })
    const newest = $derived(this.node?.last?.id ?? null)
    $effect(() => {
      if (this.moments.moment !== null || newest === null || this.messageId !== null) return
      untrack(() => this.message.refresh())
    })
    $effect(() => {
      const received = this.path === null ? this.#app.connections.stats.get(this.#id)?.received : 0
      const news = [this.node?.messages, this.draft.result, received]
      if (news.length > 0) untrack(() => this.history.newer())
    })
  }
}
