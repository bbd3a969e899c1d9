import { z } from 'zod'
import { filterFault } from '../topic'
import { call } from './define'

/** What a person marked in a connection's tree; kept with the profile. */
export const Marks = z.object({
  /** Topics that stand on top, in this order. */
  pinned: z.array(z.string()).max(200),
  /** Topic filters of what is not shown. It is recorded all the same. */
  hidden: z.array(z.string().refine((filter) => filterFault(filter) === null, 'FILTER_MALFORMED')).max(200)
})
export type Marks = z.infer<typeof Marks>

export const noMarks: Marks = { pinned: [], hidden: [] }

const ConnectionId = z.object({ connectionId: z.string() })

export const markCalls = {
  'marks.get': call('main', ConnectionId, Marks),
  /** Throws FILE_UNWRITABLE; what was kept before stays. */
  'marks.set': call('main', ConnectionId.extend({ marks: Marks }), z.void())
}

export const markEvents = {
  'marks.changed': ConnectionId.extend({ marks: Marks })
}
