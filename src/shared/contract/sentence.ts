import { z } from 'zod'

/** A message of the catalogues (messages/LANGUAGE/…) and what stands in its gaps. It is worded where it is shown. */
export interface Sentence {
  message: string
  values: Record<string, Words>
}

/** A sentence or a part of one. A text comes from outside, such as a payload or an error of the system, and is shown as it is. */
export type Words = string | number | Sentence

export const Sentence: z.ZodType<Sentence> = z.lazy(() =>
  z.object({ message: z.string(), values: z.record(z.string(), Words) })
)
export const Words: z.ZodType<Words> = z.union([z.string(), z.number(), Sentence])
