/** A value on a chart, as the legend has it. */
export interface LegendEntry {
  name: string
  /** The name in full. */
  title: string
  /** A CSS custom property. */
  colour: string
  hidden: boolean
  /** At the crosshair, or the newest. */
  value: string
  /** When the value at the crosshair came, in µs; null: it is not at the crosshair. */
  at: number | null
}
