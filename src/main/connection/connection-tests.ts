import { randomBytes } from 'node:crypto'
import type { CallsOf } from '../../shared/contract'
import type { JobResult } from '../../shared/contract/jobs'
import type { Profile, ProfileDraft, SecretsInput } from '../../shared/contract/profiles'
import type { ConnectionFault } from '../../shared/contract/connections'
import type { Jobs } from '../jobs/jobs'
import { Client } from '../mqtt/client'
import { identityFault } from '../mqtt/identity-fault'
import type { Secrets } from '../mqtt/options'
import { PacketLog } from '../packets/log'
import type { ConnectionPlace } from './connections'
import { nobody } from '../recorder/nobody'

interface Parts {
  jobs: Pick<Jobs, 'start'>
  /** The secrets with which a stored profile connects; with null, what one that is not stored yet connects with. Throws NOT_FOUND. */
  secretsOf: (profileId: string | null) => Secrets
  /** Has the variables of a profile stand for what they are now. Throws PROFILE_VARIABLES. */
  resolve: (place: ConnectionPlace) => Promise<ConnectionPlace>
}

/** Tests of profiles that are being edited, as jobs. */
export function connectionTestCalls({ jobs, secretsOf, resolve }: Parts): CallsOf<'main', 'connectionTests'> {
  return {
    'connectionTests.checkIdentity': ({ profileId, tls, secrets }) =>
      identityFault({ tls }, withInput(secretsOf(profileId), secrets)),
    'connectionTests.start': async ({ profileId, draft, secrets }) => {
      const used = withInput(secretsOf(profileId), secrets)
      const place = await resolve({ profile: profileOf(draft), secrets: used })
      return jobs.start('testConnection', ({ signal }) => testConnection(place, signal))
    }
  }
}

/** Connects once, disconnects, and returns the broker's answer. Throws the signal's reason. */
async function testConnection(
  { profile, secrets }: ConnectionPlace,
  signal: AbortSignal
): Promise<JobResult> {
  const answer = Promise.withResolvers<ConnectionFault | null>()
  const client = new Client(profile, secrets, nobody, new PacketLog(), {
    online: () => answer.resolve(null),
    lost: (fault) => answer.resolve(fault)
  })
  const cancel = (): void => answer.reject(signal.reason as Error)
  signal.addEventListener('abort', cancel, { once: true })
  const began = performance.now()
  try {
    client.connect()
    const fault = await answer.promise
    return { kind: 'connectionTest', fault, version: profile.version, took: performance.now() - began }
  } finally {
    signal.removeEventListener('abort', cancel)
    await client.end()
  }
}

/**
 * The profile to test with. A broker ends the connection of another client with the same id (MQTT 5.0, 3.1.4), and a kept session would
 * lose what it has queued. A will could be published if the test is cancelled.
 */
function profileOf(draft: ProfileDraft): Profile {
  return {
    ...draft,
    id: '',
    secrets: {},
    clientId: `treetop_test_${randomBytes(4).toString('hex')}`,
    clean: true,
    sessionExpiry: 0,
    will: null,
    subscriptions: []
  }
}

function withInput(stored: Secrets, input: SecretsInput): Secrets {
  const typed = Object.entries(input).filter(([, secret]) => secret !== undefined)
  return { ...stored, ...Object.fromEntries(typed) }
}
