import { noMarks, type Marks } from '../../../shared/contract/marks'
import { isSameHistory, type HistoryRef } from '../../../shared/contract/histories'
import type { Api } from '../../../shared/rpc/contract'

/** What is pinned and hidden in a connection's tree. A change shows at once, and is taken back when it cannot be kept. */
export class MarksState {
  value = $state.raw<Marks>(noMarks)
  readonly #api: Api
  readonly #history: HistoryRef
  readonly #failed: (error: unknown) => void
  readonly #changed: (marks: Marks) => void

  constructor(
    api: Api,
    history: HistoryRef,
    failed: (error: unknown) => void,
    changed: (marks: Marks) => void
  ) {
    this.#api = api
    this.#history = history
    this.#failed = failed
    this.#changed = changed
  }

  /** Follows changes until the returned function is called. */
  start(): () => void {
    const stop = this.#api.on('marks.changed', ({ history, marks }) => {
      if (isSameHistory(history, this.#history)) this.#put(marks)
    })
    void this.load()
    return stop
  }

  async load(): Promise<void> {
    try {
      this.#put(await this.#api.call('marks.get', { history: this.#history }))
    } catch (error) {
      this.#failed(error)
    }
  }

  isPinned(topic: string): boolean {
    return this.value.pinned.includes(topic)
  }

  togglePin(topic: string): void {
    const { pinned } = this.value
    this.#set({
      ...this.value,
      pinned: pinned.includes(topic) ? pinned.filter((each) => each !== topic) : [...pinned, topic]
    })
  }

  hide(filter: string): void {
    const { hidden } = this.value
    if (!hidden.includes(filter)) this.#set({ ...this.value, hidden: [...hidden, filter] })
  }

  showAgain(filter: string): void {
    this.#set({ ...this.value, hidden: this.value.hidden.filter((each) => each !== filter) })
  }

  #set(marks: Marks): void {
    const before = this.value
    this.#put(marks)
    this.#api.call('marks.set', { history: this.#history, marks }).catch((error: unknown) => {
      this.#put(before)
      this.#failed(error)
    })
  }

  #put(marks: Marks): void {
    this.value = marks
    this.#changed(marks)
  }
}
