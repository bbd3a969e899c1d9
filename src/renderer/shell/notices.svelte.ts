import type { NextStep } from '../state/sentences'
import type { Toast } from '../ui'

/** How long a notice is shown, in ms, and how long one that offers a next step is. A failure notice stays until it is closed. */
const SHOWN_FOR = 6_000
const OFFERED_FOR = 15_000

/** Short messages to the user. */
export class Notices {
  list = $state.raw<readonly Toast[]>([])
  #id = 0

  add(tone: Toast['tone'], text: string, next?: NextStep): void {
    const id = ++this.#id
    // A repeated failure replaces its earlier notice.
    const others = tone === 'bad' ? this.list.filter((toast) => toast.text !== text) : this.list
    this.list = [...others, { id, tone, text, next }]
    if (tone !== 'bad') setTimeout(() => this.dismiss(id), next ? OFFERED_FOR : SHOWN_FOR)
  }

  readonly dismiss = (id: number): void => {
    this.list = this.list.filter((toast) => toast.id !== id)
  }
}
