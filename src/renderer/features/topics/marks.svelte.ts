import { noMarks, type Marks } from '../../../shared/contract/marks'
import { isSameHistory, type HistoryRef } from '../../../shared/contract/histories'
import type { Api } from '../../../shared/rpc/contract'
import { Kept } from '../../state/kept.svelte'

/** The pinned and hidden topics of a connection's tree. */
export class MarksState {
  readonly #marks: Kept<Marks>

  constructor(
    api: Api,
    history: HistoryRef,
    failed: (error: unknown) => void,
    changed: (marks: Marks) => void
  ) {
    this.#marks = new Kept<Marks>(noMarks, {
      get: () => api.call('marks.get', { history }),
      set: (marks) => api.call('marks.set', { history, marks }),
      follow: (listener) =>
        api.on('marks.changed', (event) => {
          if (isSameHistory(event.history, history)) listener(event.marks)
        }),
      failed,
      changed
    })
  }

  get value(): Marks {
    return this.#marks.value
  }

  /** Follows changes until the returned function is called. */
  start(): () => void {
    return this.#marks.start()
  }

  isPinned(topic: string): boolean {
    return this.value.pinned.includes(topic)
  }

  togglePin(topic: string): void {
    const { pinned } = this.value
    void this.#marks.set({
      ...this.value,
      pinned: pinned.includes(topic) ? pinned.filter((each) => each !== topic) : [...pinned, topic]
    })
  }

  hide(filter: string): void {
    const { hidden } = this.value
    if (!hidden.includes(filter)) void this.#marks.set({ ...this.value, hidden: [...hidden, filter] })
  }

  showAgain(filter: string): void {
    void this.#marks.set({
      ...this.value,
      hidden: this.value.hidden.filter((each) => each !== filter)
    })
  }
}
