import type { TopicRow } from '../../../shared/contract/topics'

/**
 * Scrolls a topic into view, and again with each frame until the rows hold still. The rows above the topic may come only with the next
 * frame, and topics that appear while the window moves shift it away.
 */
export class Revealing {
  #path: string | null = null

  /**
   * @param scroll Scrolls to a row's index, and settles once the window has followed
   * @param sequence Number of the window that is asked for now
   */
  constructor(
    private readonly scroll: (index: number) => Promise<void>,
    private readonly sequence: () => number
  ) {}

  /** Begins. `follows`: a frame with the topic comes even if nothing scrolls. */
  async begin(path: string, index: number, follows: boolean): Promise<void> {
    this.#path = path
    await this.#scroll(index, !follows)
  }

  /** Takes the selected row of a frame. `current`: the frame is of the window that is asked for now. */
  async take(selected: { row: TopicRow; index: number }, current: boolean): Promise<void> {
    if (selected.row.path === this.#path) await this.#scroll(selected.index, current)
  }

  async #scroll(index: number, certain: boolean): Promise<void> {
    const path = this.#path
    const before = this.sequence()
    if (index >= 0) await this.scroll(index)
    if (certain && this.sequence() === before && this.#path === path) this.#path = null
  }
}
