import type { BrokerAddress } from '../../../shared/contract/app'
import {
  DEFAULT_SESSION_EXPIRY,
  LONGEST_NAME,
  ProfileDraft,
  SecretsInput,
  defaultPort,
  type MqttVersion,
  type Profile,
  type Protocol
} from '../../../shared/contract/profiles'
import { isHeaderValue } from '../../../shared/contract/transport'
import { escapeTemplate } from '../../../shared/is-template'

/** The editable fields of a stored profile. */
export function draftOf({ id: _id, secrets: _secrets, ...draft }: Profile): ProfileDraft {
  return draft
}

/** The name that a profile without one is saved with: that of its host. */
export function defaultName({ host }: Pick<ProfileDraft, 'host'>): string {
  return host.trim().slice(0, LONGEST_NAME)
}

/** The draft as it is saved: named after its host unless it has a name. */
export function named(draft: ProfileDraft): ProfileDraft {
  return draft.name.trim() === '' ? { ...draft, name: defaultName(draft) } : draft
}

/** The draft as it is edited: a name that is the default follows the host. */
export function unnamed(draft: ProfileDraft): ProfileDraft {
  return draft.name === defaultName(draft) ? { ...draft, name: '' } : draft
}

/** An address whose braces stand for themselves: one that somebody else wrote must not send variables of this computer to a broker. */
export function withoutVariables(address: BrokerAddress): BrokerAddress {
  const plain = <T>(value: T): T => (typeof value === 'string' ? (escapeTemplate(value) as T) : value)
  const fields = Object.entries(address).map(([name, value]) => [name, plain(value)])
  const { subscriptions } = address
  return {
    ...(Object.fromEntries(fields) as BrokerAddress),
    ...(subscriptions && {
      subscriptions: subscriptions.map((each) => ({ ...each, filter: plain(each.filter) }))
    })
  }
}

/** A client id that is probably unique: `treetop_` and 8 hexadecimal digits. */
export function newClientId(): string {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1))
  return `treetop_${random.toString(16).padStart(8, '0')}`
}

export function isSecure(protocol: Protocol): boolean {
  return protocol === 'mqtts' || protocol === 'wss'
}

export function isWebSocket(protocol: Protocol): boolean {
  return protocol === 'ws' || protocol === 'wss'
}

/** The effect of a new protocol: the port changes, too, if it was the old protocol's default. */
export function withProtocol(draft: ProfileDraft, protocol: Protocol): Partial<ProfileDraft> {
  return draft.port === defaultPort[draft.protocol] ? { protocol, port: defaultPort[protocol] } : { protocol }
}

/** The effect of a new version or clean setting: a persistent session expires after a day unless an expiry was typed. */
export function withSession(
  draft: ProfileDraft,
  changes: { version?: MqttVersion; clean?: boolean },
  expiryTyped: boolean
): Partial<ProfileDraft> {
  const { version, clean } = { ...draft, ...changes }
  if (version !== 5 || expiryTyped) return changes
  return { ...changes, sessionExpiry: clean ? 0 : DEFAULT_SESSION_EXPIRY }
}

/** Why a persistent session will not deliver queued messages. */
export type SessionWarning = 'qos0' | 'expiry' | 'clientId'

export function sessionWarning(draft: ProfileDraft): SessionWarning | null {
  if (draft.clean) return null
  if (draft.version === 5 && draft.sessionExpiry === 0) return 'expiry'
  if (draft.clientId === '') return 'clientId'
  return draft.subscriptions.every(({ qos }) => qos === 0) ? 'qos0' : null
}

/** The first fault code of each field of a draft, by path (`host`, `will.topic`, `subscriptions.0.filter`). A missing name is none. */
export function faultsOf(draft: ProfileDraft, secrets: SecretsInput): Map<string, string> {
  const faults = new Map<string, string>()
  for (const result of [
    ProfileDraft.safeParse({ ...draft, name: named(draft).name || '-' }),
    SecretsInput.safeParse(secrets)
  ]) {
    for (const { path, message } of result.error?.issues ?? []) {
      const field = path.join('.')
      if (!faults.has(field)) faults.set(field, message)
    }
  }
  for (const [index, { secret }] of draft.request.headers.entries())
    if (secret !== null && !isHeaderValue(secrets[`field:${secret}`] ?? ''))
      faults.set(`request.headers.${index}.value`, 'HEADER_VALUE')
  return faults
}

/** ALPN names from the typed text. */
export function alpnFrom(text: string): string[] {
  return text
    .split(/[\s,，]+/)
    .map((name) => name.trim())
    .filter((name) => name !== '')
}
