import type { Toast } from '../ui'

/** How long a notice is shown, in ms. A failure notice stays until it is closed. */
const SHOWN_FOR = 6_000

/** Short messages to the user. */
export class Notices {
  list = $state.raw<readonly Toast[]>([])
  #id = 0

  add(tone: Toast['tone'], text: string): void {
    const id = ++this.#id
    // A repeated failure replaces its earlier notice.
    const others = tone === 'bad' ? this.list.filter((toast) => toast.text !== text) : this.list
    this.list = [...others, { id, tone, text }]
    if (tone !== 'bad') setTimeout(() => this.dismiss(id), SHOWN_FOR)
  }

  readonly dismiss = (id: number): void => {
    this.list = this.list.filter((toast) => toast.id !== id)
  }
}
