import { z } from 'zod'
import { call } from './define'
import { Job } from './jobs'
import { ProfileDraft, SecretsInput } from './profiles'

export const connectionTestCalls = {
  /**
   * Connects once with a profile as it is edited, which need not be stored: with a client id of its own, a clean start and no will, so that
   * neither an open connection nor its session is disturbed. The job's result has the broker's answer.
   */
  'connectionTests.start': call(
    'main',
    z.object({
      /** The stored profile, whose secrets are used where `secrets` keeps them; null for a new one. */
      profileId: z.string().nullable(),
      draft: ProfileDraft,
      secrets: SecretsInput
    }),
    Job
  )
}
