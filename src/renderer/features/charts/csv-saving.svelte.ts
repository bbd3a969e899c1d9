import type { ChartState } from './chart.svelte'

const HEAD = new TextEncoder().encode('time,topic,path,value\r\n')

/** Reads all values of a chart as one CSV file (RFC 4180). */
export class CsvSaving {
  /** Progress, 0 to 1; null: not reading. */
  share = $state<number | null>(null)
  #cancelled = false

  /** Resolves to null when cancelled. */
  async read(chart: ChartState): Promise<Uint8Array | null> {
    this.#cancelled = false
    this.share = 0
    const parts = [HEAD]
    try {
      for await (const { lines, share } of chart.csv(() => this.#cancelled)) {
        parts.push(new Uint8Array(lines))
        this.share = share
      }
    } finally {
      this.share = null
    }
    if (this.#cancelled) return null
    const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
    let at = 0
    for (const part of parts) {
      whole.set(part, at)
      at += part.length
    }
    return whole
  }

  cancel(): void {
    this.#cancelled = true
  }
}
