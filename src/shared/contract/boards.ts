import { z } from 'zod'
import { call } from './define'
import { SeriesSource } from './series'

/** A chart on a board. */
export const BoardChart = z.object({
  id: z.string(),
  title: z.string().max(200),
  sources: z.array(SeriesSource.extend({ colour: z.int().min(0).max(7), hidden: z.boolean() })).max(12),
  /** The time up to now that it shows, in µs; null: all. */
  length: z.int().min(1).nullable(),
  /** Lines go over gaps. */
  joined: z.boolean(),
  /** The whole width of the board, or half of it. */
  wide: z.boolean(),
  height: z.enum(['low', 'middle', 'high'])
})
export type BoardChart = z.infer<typeof BoardChart>

/** The pinned charts of a profile, in their order. */
export const Board = z.array(BoardChart).max(100)
export type Board = z.infer<typeof Board>

const ConnectionId = z.object({ connectionId: z.string() })

export const boardCalls = {
  'boards.get': call('main', ConnectionId, Board),
  /** Throws FILE_UNWRITABLE; what was kept before stays. */
  'boards.set': call('main', ConnectionId.extend({ board: Board }), z.void())
}

export const boardEvents = {
  'boards.changed': ConnectionId.extend({ board: Board })
}
