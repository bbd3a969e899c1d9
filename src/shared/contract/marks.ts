import { z } from 'zod'
import { filterFault } from '../topic'
import { call } from './define'
import { OfHistory } from './histories'

/** What a person marked in a connection's tree; kept with the profile. */
export const Marks = z.object({
  /** Topics that stand on top, in this order. */
  pinned: z.array(z.string()).max(200),
  /** Topic filters of what is not shown. It is recorded all the same. */
  hidden: z.array(z.string().refine((filter) => filterFault(filter) === null, 'FILTER_MALFORMED')).max(200)
})
export type Marks = z.infer<typeof Marks>

export const noMarks: Marks = { pinned: [], hidden: [] }

export const markCalls = {
  'marks.get': call('main', OfHistory, Marks),
  /** Throws FILE_UNWRITABLE; what was kept before stays. */
  'marks.set': call('main', OfHistory.extend({ marks: Marks }), z.void())
}

export const markEvents = {
  'marks.changed': OfHistory.extend({ marks: Marks })
}
