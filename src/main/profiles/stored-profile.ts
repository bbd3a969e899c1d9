import { z } from 'zod'
import { ComposedProperties, noProperties } from '../../shared/composed-properties'
import { DecoderBinding } from '../../shared/contract/decode'
import {
  ConnectProperties,
  defaultConnect,
  defaultHistory,
  HistoryOptions,
  ProfileColour,
  ProfileFields,
  Will
} from '../../shared/contract/profiles'
import { TlsOptions } from '../../shared/contract/tls'
import {
  defaultProfileProxy,
  defaultRequest,
  ProfileProxy,
  SecretName,
  WebSocketRequest
} from '../../shared/contract/transport'
import { StoredSecret } from './stored-secret'

export const FORMAT = 1

const StoredProfile = ProfileFields.extend({
  id: z.string(),
  /** Files written before these options existed lack them. */
  colour: ProfileColour.default('none'),
  connect: ConnectProperties.default(defaultConnect),
  will: Will.extend({
    delay: Will.shape.delay.default(0),
    properties: ComposedProperties.default(noProperties)
  }).nullable(),
  history: HistoryOptions.default(defaultHistory),
  decoders: z.array(DecoderBinding).default([]),
  mcpPublish: z.boolean().default(false),
  tls: TlsOptions.extend({ identity: TlsOptions.shape.identity.default('pem') }),
  authentication: ProfileFields.shape.authentication.default('password'),
  request: WebSocketRequest.default(defaultRequest),
  proxy: ProfileProxy.default(defaultProfileProxy),
  secrets: z.partialRecord(SecretName, StoredSecret.nullable())
})
/** `profiles.json` */
export const ProfilesFile = z.object({ format: z.literal(FORMAT), profiles: z.array(StoredProfile) })
export type StoredProfile = z.infer<typeof StoredProfile>
export type StoredSecrets = StoredProfile['secrets']

/** Without the values of headers and parameters that are not in the request any more. */
export function withoutFields<T>(
  secrets: Partial<Record<SecretName, T>>,
  { headers, query }: WebSocketRequest
): Partial<Record<SecretName, T>> {
  const ids = new Set([...headers, ...query].map(({ secret }) => `field:${secret}`))
  return Object.fromEntries(
    entriesOf(secrets).filter(([name]) => !name.startsWith('field:') || ids.has(name))
  )
}

export function entriesOf<T>(secrets: Partial<Record<SecretName, T>>): [SecretName, T][] {
  return Object.entries(secrets) as [SecretName, T][]
}
