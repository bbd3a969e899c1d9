import { z } from 'zod'
import { filterFault } from '../topic'

/** An MQTT topic filter. Its issues are `FILTER_` and the fault. */
export const TopicFilter = z.string().superRefine((filter, context) => {
  const fault = filterFault(filter)
  if (fault) context.addIssue({ code: 'custom', message: `FILTER_${fault}` })
})
