import { z } from 'zod'
import type { McpPlace } from './place'

/** What an assistant can ask for. */
export interface Tool<I extends z.ZodRawShape = z.ZodRawShape, O extends z.ZodRawShape = z.ZodRawShape> {
  name: string
  title: string
  description: string
  input: I
  output: O
  /** It changes something at a broker. */
  writes?: true
  /** Throws Refusal. */
  run(input: z.infer<z.ZodObject<I>>, place: McpPlace): Promise<z.infer<z.ZodObject<O>>>
}

/** Keeps a tool's types within it. */
export function tool<I extends z.ZodRawShape, O extends z.ZodRawShape>(each: Tool<I, O>): Tool {
  return each
}

/** Inputs that several tools have. */
export const connection = z.string().min(1).describe('Id or name of a connection, from list_connections')
export const filter = z.string().optional().describe('Topic filter, such as plant/+/temp or plant/#')
export const from = z.string().optional().describe('Only messages received at or after this time (ISO 8601)')
export const to = z.string().optional().describe('Only messages received before this time (ISO 8601)')
export const cursor = z.string().optional().describe('next of the answer before, to continue')
export const next = z.string().nullable().describe('Pass it as cursor to continue; null: there is no more')
export const payloadLimit = z
  .int()
  .min(0)
  .max(4_000)
  .default(500)
  .describe('Characters of each payload at most; get_message has the rest')

export function limit(most: number, usual: number) {
  return z.int().min(1).max(most).default(usual).describe('How many at most')
}
