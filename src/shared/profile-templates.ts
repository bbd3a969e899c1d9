import type { ProfileDraft } from './contract/profiles'
import type { PlainSecrets, RequestField } from './contract/transport'
import { isTemplate } from './is-template'

/** Gives a text its place in another profile. `path` is that of its field, such as `will.topic`, `password` or `request.headers.0.value`. */
type MapText = (path: string, text: string) => string

/**
 * The texts of a profile in which variables may stand, replaced by what `map` makes of them. What the profile does not send is left as it is:
 * a variable that is missing there is no fault.
 */
export function mapTexts<P extends ProfileDraft, S extends PlainSecrets>(
  profile: P,
  secrets: S,
  map: MapText
): { profile: P; secrets: S } {
  const { protocol, version, will, connect, request } = profile
  const plain: PlainSecrets = {}
  const values = (part: 'headers' | 'query'): RequestField[] =>
    request[part].map((field, index) => {
      const path = `request.${part}.${index}.value`
      if (field.secret === null) return { ...field, value: map(path, field.value) }
      const text = secrets[`field:${field.secret}`]
      if (typeof text === 'string') plain[`field:${field.secret}`] = map(path, text)
      return field
    })
  const isWebSocket = protocol === 'ws' || protocol === 'wss'
  const changed: Partial<ProfileDraft> = {
    host: map('host', profile.host),
    clientId: map('clientId', profile.clientId),
    username: map('username', profile.username)
  }
  const { password } = secrets
  if (typeof password === 'string') plain.password = map('password', password)
  changed.will = will && {
    ...will,
    topic: map('will.topic', will.topic),
    payload: map('will.payload', will.payload)
  }
  changed.subscriptions = profile.subscriptions.map((subscription, index) => ({
    ...subscription,
    filter: map(`subscriptions.${index}.filter`, subscription.filter)
  }))
  if (isWebSocket) {
    changed.path = map('path', profile.path)
    changed.request = { headers: values('headers'), query: values('query') }
  }
  if (version === 5)
    changed.connect = {
      ...connect,
      userProperties: connect.userProperties.map(({ name, value }, index) => ({
        name: map(`connect.userProperties.${index}.name`, name),
        value: map(`connect.userProperties.${index}.value`, value)
      }))
    }
  return { profile: { ...profile, ...changed }, secrets: { ...secrets, ...plain } }
}

/** The texts of a profile that have to be expanded, by the path of their field. */
export function templatesOf(profile: ProfileDraft, secrets: PlainSecrets): Record<string, string> {
  const found: Record<string, string> = {}
  mapTexts(profile, secrets, (path, text) => {
    if (isTemplate(text)) found[path] = text
    return text
  })
  return found
}

/** Whether anything has to be expanded before a profile can connect. */
export function usesVariables(profile: ProfileDraft, secrets: PlainSecrets): boolean {
  return Object.keys(templatesOf(profile, secrets)).length > 0
}
