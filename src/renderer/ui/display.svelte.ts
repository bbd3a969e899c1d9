/** How times are written. */
type Times = 'clock' | 'system' | 'iso' | 'utc'

const scales = { small: 0.925, normal: 1, large: 1.15 }
/** px by which compact rows are lower. */
const COMPACT_BY = 4
/** Rows up to this height, in px, hold nothing but text, and stay as they are. */
const LOWEST = 22

/** How the user wants the interface drawn. The shell sets it from the settings; everything that reads it follows at once. */
class Display {
  times = $state<Times>('clock')
  #size = $state<keyof typeof scales>('normal')
  #compact = $state(false)

  /** The size of text, and of what holds it, relative to the normal size. */
  get scale(): number {
    return scales[this.#size]
  }

  /** The height in px of a row that is `height` px high in the normal size, and comfortable. */
  row(height: number): number {
    const dense = this.#compact && height > LOWEST ? height - COMPACT_BY : height
    return Math.round(dense * this.scale)
  }

  /** Sets the size and the density, also for the style sheets (tokens.css). */
  show(size: keyof typeof scales, density: 'comfortable' | 'compact', root: HTMLElement): void {
    this.#size = size
    this.#compact = density === 'compact'
    root.style.setProperty('--scale', String(this.scale))
    root.style.setProperty('--dense', this.#compact ? `${COMPACT_BY}px` : '0px')
  }
}

export const display = new Display()
