/** A chart source as the legend shows it. */
export interface LegendEntry {
  name: string
  /** The full name, with the topic. */
  title: string
  /** A CSS custom property. */
  colour: string
  hidden: boolean
  /** The value at the crosshair or, without a crosshair, the newest one. */
  value: string
  /** When the value at the crosshair was received, in µs; null: none. */
  at: number | null
  /** Since when the value at the crosshair, or the newest one, is held, in µs; null: it is not. */
  held: number | null
}
