import { z } from 'zod'
import { call } from './define'
import { OfHistory } from './histories'
import { ChartSources } from './topic-charts'

/** A chart on a board. */
export const BoardChart = z.object({
  id: z.string(),
  /** Given by the user; empty: it is named after its sources. */
  title: z.string().max(200),
  sources: ChartSources,
  /** The period up to now that it shows, in µs; null: everything. */
  length: z.int().min(1).nullable(),
  /** Lines continue across gaps. */
  joined: z.boolean(),
  /** All lines share one scale, instead of panes with scales of their own. Boards of earlier versions do not have it. */
  overlaid: z.boolean().default(false),
  /** Full width of the board instead of half. */
  wide: z.boolean(),
  height: z.enum(['low', 'middle', 'high'])
})
export type BoardChart = z.infer<typeof BoardChart>

/** The pinned charts of a profile, in their order. */
export const Board = z.array(BoardChart).max(100)
export type Board = z.infer<typeof Board>

export const boardCalls = {
  'boards.get': call('main', OfHistory, Board),
  /** Throws NOT_FOUND, and FILE_UNWRITABLE; the stored board then stays. */
  'boards.set': call('main', OfHistory.extend({ board: Board }), z.void())
}

export const boardEvents = {
  'boards.changed': OfHistory.extend({ board: Board })
}
