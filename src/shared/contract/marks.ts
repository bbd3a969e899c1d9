import { z } from 'zod'
import { filterFault } from '../topic'
import { call } from './define'
import { OfHistory } from './histories'

/** The user's marks in a connection's tree, stored with the profile. */
export const Marks = z.object({
  /** Topics pinned to the top, in this order. */
  pinned: z.array(z.string()).max(200),
  /** Filters of the topics to hide. Their messages are still recorded. */
  hidden: z.array(z.string().refine((filter) => filterFault(filter) === null, 'FILTER_MALFORMED')).max(200)
})
export type Marks = z.infer<typeof Marks>

export const noMarks: Marks = { pinned: [], hidden: [] }

export const markCalls = {
  'marks.get': call('main', OfHistory, Marks),
  /** Throws NOT_FOUND, and FILE_UNWRITABLE; the stored marks then stay. */
  'marks.set': call('main', OfHistory.extend({ marks: Marks }), z.void())
}

export const markEvents = {
  'marks.changed': OfHistory.extend({ marks: Marks })
}
