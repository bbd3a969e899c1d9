import {
  DEFAULT_SESSION_EXPIRY,
  ProfileDraft,
  SecretsInput,
  defaultPort,
  type MqttVersion,
  type Profile,
  type Protocol
} from '../../../shared/contract/profiles'

/** The fields of a stored profile, to be edited. */
export function draftOf({ id: _id, secrets: _secrets, ...draft }: Profile): ProfileDraft {
  return draft
}

/** A client id that no other client is likely to have: `treetop_` and 8 hexadecimal digits. */
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

/** What a change of protocol does: the port follows when it was the old protocol's own. */
export function withProtocol(draft: ProfileDraft, protocol: Protocol): Partial<ProfileDraft> {
  return draft.port === defaultPort[draft.protocol] ? { protocol, port: defaultPort[protocol] } : { protocol }
}

/** What a change of version or of the clean switch does: a session that is to be kept expires after a day unless typed. */
export function withSession(
  draft: ProfileDraft,
  changes: { version?: MqttVersion; clean?: boolean },
  expiryTyped: boolean
): Partial<ProfileDraft> {
  const { version, clean } = { ...draft, ...changes }
  if (version !== 5 || expiryTyped) return changes
  return { ...changes, sessionExpiry: clean ? 0 : DEFAULT_SESSION_EXPIRY }
}

/** Why a session that is to be kept will not give messages back; null when it will, or when none is wanted. */
export type SessionWarning = 'qos0' | 'expiry' | 'clientId'

export function sessionWarning(draft: ProfileDraft): SessionWarning | null {
  if (draft.clean) return null
  if (draft.version === 5 && draft.sessionExpiry === 0) return 'expiry'
  if (draft.clientId === '') return 'clientId'
  return draft.subscriptions.every(({ qos }) => qos === 0) ? 'qos0' : null
}

/** Fault codes of a draft by field path (`host`, `will.topic`, `subscriptions.0.filter`), the first of each field. */
export function faultsOf(draft: ProfileDraft, secrets: SecretsInput): Map<string, string> {
  const faults = new Map<string, string>()
  for (const result of [ProfileDraft.safeParse(draft), SecretsInput.safeParse(secrets)]) {
    for (const { path, message } of result.error?.issues ?? []) {
      const field = path.join('.')
      if (!faults.has(field)) faults.set(field, message)
    }
  }
  return faults
}

/** ALPN names from the text that a person types. */
export function alpnFrom(text: string): string[] {
  return text
    .split(/[\s,，]+/)
    .map((name) => name.trim())
    .filter((name) => name !== '')
}
