import { useClipboard } from './clipboard'

/** How long a control says that it has copied, in ms. */
const SHOWN_FOR = 1_500

/** Copies texts, and knows for a moment that it did. Create it during component initialisation. */
export class Copied {
  shown = $state(false)
  readonly #copyText = useClipboard()
  #timer: ReturnType<typeof setTimeout> | undefined

  async copy(text: string): Promise<void> {
    this.shown = await this.#copyText(text)
    clearTimeout(this.#timer)
    if (this.shown) this.#timer = setTimeout(() => (this.shown = false), SHOWN_FOR)
  }
}
