import type { Snippet } from 'svelte'

export type Tone = 'muted' | 'strong' | 'accent' | 'blue' | 'red'

/** One column of a DataTable: its head, its width and its cells. */
export interface Column<R> {
  /** Names the column in `widths` and in the sort. */
  id: string
  label: string
  /** The label is only for screen readers. */
  labelHidden?: boolean
  /** Tooltip of the head. */
  hint?: string
  /** px; the least width of a column that grows. */
  width: number
  /** Its share of the width that is left over. Without it the column keeps `width`. */
  grow?: number
  align?: 'right'
  sortable?: boolean
  text?: (row: R) => string
  /** Tooltip of a cell; its text unless given. */
  title?: (row: R) => string | undefined
  tone?: Tone | ((row: R) => Tone | undefined)
  mono?: boolean
  /** Makes the text a link. Rows for which `opens` is false keep plain text. */
  onopen?: (row: R) => void
  opens?: (row: R) => boolean
  /** Cells that are more than text. */
  cell?: Snippet<[R]>
}

export interface Sort {
  /** A column's id. */
  by: string
  descending: boolean
}

/** Widths that the person chose, in px by column id. */
export type Widths = Readonly<Record<string, number>>

/** Several rows can be selected, beside the current one. */
export interface Selection<R> {
  has: (row: R) => boolean
  toggle: (row: R) => void
  /** Adds all rows from one index to another. */
  range: (from: number, to: number) => void
  clear: () => void
  /** Name of a row's checkbox. */
  label: (row: R) => string
  /** Whether there are checkboxes. */
  checkable: boolean
}

/** px */
export const MIN_WIDTH = 28
export const MAX_WIDTH = 2_000
const GAP = 12
const SIDES = 28
const CHECKBOX = 20

/** The value of `grid-template-columns`. When no column grows any more, the last one fills the row. */
export function templateOf<R>(columns: readonly Column<R>[], widths: Widths, checkboxes: boolean): string {
  const someGrow = columns.some(({ id, grow }) => grow !== undefined && widths[id] === undefined)
  const tracks = columns.map(({ id, width, grow }, index) => {
    const chosen = widths[id]
    if (chosen === undefined && grow !== undefined) return `minmax(${width}px, ${grow}fr)`
    const fixed = chosen ?? width
    return !someGrow && index === columns.length - 1 ? `minmax(${fixed}px, 1fr)` : `${fixed}px`
  })
  return [...(checkboxes ? [`${CHECKBOX}px`] : []), ...tracks].join(' ')
}

/** The width in px below which a row is scrolled sideways. */
export function minWidthOf<R>(columns: readonly Column<R>[], widths: Widths, checkboxes: boolean): number {
  const sum = columns.reduce((total, { id, width }) => total + (widths[id] ?? width), 0)
  return SIDES + sum + GAP * (columns.length - 1) + (checkboxes ? CHECKBOX + GAP : 0)
}
