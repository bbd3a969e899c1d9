import { z } from 'zod'
import { call } from './define'
import { OfHistory } from './histories'
import { SeriesSource } from './series'

/** A chart on a board. */
export const BoardChart = z.object({
  id: z.string(),
  title: z.string().max(200),
  sources: z.array(SeriesSource.extend({ colour: z.int().min(0).max(7), hidden: z.boolean() })).max(12),
  /** The period up to now that it shows, in µs; null: everything. */
  length: z.int().min(1).nullable(),
  /** Lines continue across gaps. */
  joined: z.boolean(),
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
