/** px from an edge of the list within which dragging scrolls it. */
const EDGE = 32
/** ms from one step of scrolling to the next. */
const STEP = 60

interface Options {
  count: () => number
  /** Scrolls a row into view. */
  reveal: (index: number) => void
  ondrop: (from: number, to: number) => void
}

/** Dragging the rows of a list to another place, by a handle (`data-handle`) in each row (`data-index`). */
export class RowDrag {
  /** The row that is dragged. */
  from = $state<number | null>(null)
  /** Where the line is drawn, in px below the top of the list; null: nowhere. */
  line = $state<number | null>(null)
  readonly #options: Options
  #list: HTMLElement | null = null
  /** The row before which it is dropped. */
  #before = 0
  #pointer = { x: 0, y: 0 }
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(options: Options) {
    this.#options = options
  }

  begin(event: PointerEvent & { currentTarget: HTMLElement }): void {
    const target = event.target instanceof Element ? event.target : null
    const row = target?.closest('[data-handle]') && target.closest<HTMLElement>('[data-index]')
    if (!row || event.button !== 0) return
    event.preventDefault()
    this.#list = event.currentTarget
    this.#list.setPointerCapture(event.pointerId)
    this.from = Number(row.dataset.index)
    this.#before = this.from
    this.#timer = setInterval(() => this.#scroll(), STEP)
    this.move(event)
  }

  move({ clientX: x, clientY: y }: PointerEvent): void {
    if (this.from === null || !this.#list) return
    this.#pointer = { x, y }
    const under = document.elementsFromPoint(x, y).find((each) => each.matches('[data-index]'))
    if (!(under instanceof HTMLElement) || !this.#list.contains(under)) return
    const row = under.getBoundingClientRect()
    const isBelow = y > row.top + row.height / 2
    this.#before = Number(under.dataset.index) + (isBelow ? 1 : 0)
    this.line = (isBelow ? row.bottom : row.top) - this.#list.getBoundingClientRect().top
  }

  drop(): void {
    const { from } = this
    const to = this.#before > (from ?? 0) ? this.#before - 1 : this.#before
    this.cancel()
    if (from !== null && to !== from) this.#options.ondrop(from, to)
  }

  cancel(): void {
    clearInterval(this.#timer)
    this.from = null
    this.line = null
  }

  #scroll(): void {
    if (!this.#list) return
    const { top, bottom } = this.#list.getBoundingClientRect()
    if (this.#pointer.y < top + 2 * EDGE) this.#options.reveal(Math.max(0, this.#before - 2))
    else if (this.#pointer.y > bottom - EDGE)
      this.#options.reveal(Math.min(this.#options.count() - 1, this.#before + 1))
    else return
    this.move(new PointerEvent('pointermove', { clientX: this.#pointer.x, clientY: this.#pointer.y }))
  }
}
