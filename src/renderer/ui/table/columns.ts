import type { Snippet } from 'svelte'
import { display } from '../display.svelte'

export type Tone = 'muted' | 'strong' | 'accent' | 'blue' | 'red'

/** One column of a DataTable: head, width and cells. */
export interface Column<R> {
  /** Identifies the column in `widths` and in the sort order. */
  id: string
  label: string
  /** Shows the label only to screen readers. */
  labelHidden?: boolean
  /** Tooltip of the head. */
  hint?: string
  /** px in the normal text size; the minimum width if the column grows. */
  width: number
  /** Share of the remaining width. If absent, the column keeps `width`. */
  grow?: number
  align?: 'right'
  sortable?: boolean
  text?: (row: R) => string
  /** Tooltip of a cell; by default its text. */
  title?: (row: R) => string | undefined
  tone?: Tone | ((row: R) => Tone | undefined)
  mono?: boolean
  /** Text that is too long loses its middle, not its end: for topics. */
  topic?: boolean
  /** The cell flashes when this changes. */
  glow?: (row: R) => string | number
  /** Makes the text a link, except in rows for which `opens` returns false. */
  onopen?: (row: R) => void
  opens?: (row: R) => boolean
  /** Renders cells that are more than text. */
  cell?: Snippet<[R]>
}

export interface Sort {
  /** A column's id. */
  by: string
  descending: boolean
}

/** Column widths chosen by the user, in px by column id. */
export type Widths = Readonly<Record<string, number>>

/** Selection of several rows, in addition to the current one. */
export interface Selection<R> {
  has: (row: R) => boolean
  toggle: (row: R) => void
  /** Selects all rows between two indexes. */
  range: (from: number, to: number) => void
  clear: () => void
  /** Accessible name of a row's checkbox. */
  label: (row: R) => string
  /** Whether checkboxes are shown. */
  checkable: boolean
}

/** px */
export const MIN_WIDTH = 28
export const MAX_WIDTH = 2_000
const GAP = 12
const SIDES = 28
const CHECKBOX = 20

/** A column's width in px where the user chose none. */
function ownWidth(width: number): number {
  return Math.round(width * display.scale)
}

/** The value of `grid-template-columns`. If no column grows, the last one fills the row. */
export function templateOf<R>(columns: readonly Column<R>[], widths: Widths, checkboxes: boolean): string {
  const someGrow = columns.some(({ id, grow }) => grow !== undefined && widths[id] === undefined)
  const tracks = columns.map(({ id, width, grow }, index) => {
    const chosen = widths[id]
    if (chosen === undefined && grow !== undefined) return `minmax(${ownWidth(width)}px, ${grow}fr)`
    const fixed = chosen ?? ownWidth(width)
    return !someGrow && index === columns.length - 1 ? `minmax(${fixed}px, 1fr)` : `${fixed}px`
  })
  return [...(checkboxes ? [`${CHECKBOX}px`] : []), ...tracks].join(' ')
}

/** The width in px below which rows scroll sideways. */
export function minWidthOf<R>(columns: readonly Column<R>[], widths: Widths, checkboxes: boolean): number {
  const sum = columns.reduce((total, { id, width }) => total + (widths[id] ?? ownWidth(width)), 0)
  return SIDES + sum + GAP * (columns.length - 1) + (checkboxes ? CHECKBOX + GAP : 0)
}

/** Whether a left-aligned column follows a right-aligned one, whose texts would run into each other. */
export function isAfterRight<R>(columns: readonly Column<R>[], index: number): boolean {
  return columns[index]?.align !== 'right' && columns[index - 1]?.align === 'right'
}
