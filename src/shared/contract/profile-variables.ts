import { z } from 'zod'
import { TemplateFault } from './template-fault'
import { call } from './define'
import { SecretName } from './transport'

/** A text of a profile that is being edited, or the name of a secret that is kept. `isSecret`: what it stands for is not shown. */
const EditedText = z.union([
  z.object({ text: z.string(), isSecret: z.boolean() }),
  z.object({ kept: SecretName })
])
export type EditedText = z.infer<typeof EditedText>

/** What the variables of a field stand for now, with secrets masked; or why the profile cannot connect. */
export const ResolvedText = z.object({ text: z.string(), faults: z.array(TemplateFault) })
export type ResolvedText = z.infer<typeof ResolvedText>

export const profileVariableCalls = {
  /**
   * What the variables in the fields of a profile, which are named by their paths, stand for now. Fields without one are left out, and
   * generators are not advanced. Throws NOT_FOUND.
   */
  'profileVariables.resolve': call(
    'main',
    z.object({
      /** The stored profile, whose secrets are meant by `kept`; null for a new one. */
      profileId: z.string().nullable(),
      fields: z.record(z.string(), EditedText)
    }),
    z.object({
      /** The active environment, if the collection in the data directory has it. */
      environment: z.string().nullable(),
      fields: z.record(z.string(), ResolvedText)
    })
  )
}
