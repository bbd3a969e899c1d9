import { z } from 'zod'

export const SubscriptionColour = z.enum(['red', 'amber', 'green', 'blue', 'violet'])
export type SubscriptionColour = z.infer<typeof SubscriptionColour>

/** Longest alias of a subscription, in characters. */
const LONGEST_ALIAS = 60

/** How the topics of a subscription are marked where they are shown. The broker does not see it. Absent: no colour, no alias. */
export const SubscriptionLook = z.object({
  colour: SubscriptionColour.optional(),
  alias: z.string().trim().max(LONGEST_ALIAS, 'TOO_LONG').optional()
})
export type SubscriptionLook = z.infer<typeof SubscriptionLook>

/** Only the look of what may have more. An empty alias is none. */
export function lookOf({ colour, alias = '' }: SubscriptionLook): SubscriptionLook {
  const trimmed = alias.trim()
  return { ...(colour && { colour }), ...(trimmed !== '' && { alias: trimmed }) }
}

export function isSameLook(one: SubscriptionLook, other: SubscriptionLook): boolean {
  return one.colour === other.colour && (one.alias ?? '') === (other.alias ?? '')
}
