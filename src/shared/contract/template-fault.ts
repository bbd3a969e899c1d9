import { z } from 'zod'
import { EncodeCode } from './encode'

/** What prevents a message from being published, and where it is written. */
export const TemplateFault = z.object({
  /** `topic`, `payload`, a property such as `contentType`, `userProperties 2`, or `script`. */
  field: z.string(),
  /** The variable in whose value it is; null: in the field itself. */
  variable: z.string().nullable(),
  line: z.int(),
  column: z.int(),
  code: z.enum([
    'NOT_CLOSED',
    'EMPTY',
    'UNKNOWN_VARIABLE',
    'UNKNOWN_GENERATOR',
    'MISSING_ARGUMENT',
    'BAD_NUMBER',
    'BAD_RANGE',
    'UNKNOWN_ARGUMENT',
    'CYCLE',
    'TOO_DEEP',
    'TOO_LONG',
    'TOO_MANY',
    'NO_ENV',
    'NO_SECRET',
    'NO_CAPTURE',
    'ROWS_UNREADABLE',
    'NO_COLUMN',
    'TOPIC',
    'NOT_JSON',
    'NOT_HEX',
    'NOT_BASE64',
    'PROPERTY',
    'SCRIPT_MISSING',
    'SCRIPT_OFF',
    'SCRIPT_CHANGED',
    'SCRIPT_CANCELLED',
    'SCRIPT_FAILED',
    'SCRIPT_LIMIT',
    ...EncodeCode.options
  ]),
  /** The variable, generator or argument that is meant, path of the script, or the place in an encoded payload, such as `metrics[0].value`. */
  name: z.string(),
  /** A similar name, the cycle, the fault code of a topic, property or script, or a reason. */
  detail: z.string()
})
export type TemplateFault = z.infer<typeof TemplateFault>
