import { z } from 'zod'
import { call } from './define'
import { Job } from './jobs'
import { ProfileDraft, SecretsInput } from './profiles'
import { TlsOptions } from './tls'

/** What is wrong with a client certificate, at which field. */
export const IdentityFault = z.object({
  field: z.enum(['tls.cert', 'key', 'pfx', 'passphrase']),
  fault: z.enum([
    'CERT_UNREADABLE',
    'KEY_UNREADABLE',
    'KEY_OF_ANOTHER',
    'PASSPHRASE_NEEDED',
    'PASSPHRASE_WRONG',
    'PFX_OLD',
    'PFX_UNREADABLE'
  ])
})
export type IdentityFault = z.infer<typeof IdentityFault>

export const connectionTestCalls = {
  /** Reads the client certificate, the key or PFX file, and their passphrase, as they are edited. null: nothing is wrong. */
  'connectionTests.checkIdentity': call(
    'main',
    z.object({ profileId: z.string().nullable(), tls: TlsOptions, secrets: SecretsInput }),
    IdentityFault.nullable()
  ),
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
