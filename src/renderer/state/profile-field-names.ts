import { m } from '../paraglide/messages'

const names: Record<string, () => string> = {
  host: m.profile_host,
  path: m.profile_path,
  clientId: m.profile_client_id,
  username: m.profile_username,
  password: m.profile_password,
  'will.topic': m.profile_will_topic,
  'will.payload': m.profile_will_payload
}

const rows: Record<string, (row: { number: number }) => string> = {
  'subscriptions.filter': m.profile_filter,
  'request.headers.value': m.request_header_value,
  'request.query.value': m.request_query_value,
  'connect.userProperties.name': m.properties_user_name,
  'connect.userProperties.value': m.properties_user_value
}

/** What the form calls a field of a profile in which variables may stand, by its path. */
export function profileFieldName(path: string): string {
  const [, number] = /\.(\d+)\./.exec(path) ?? []
  const row = number === undefined ? undefined : rows[path.replace(`.${number}.`, '.')]
  return row ? row({ number: Number(number) + 1 }) : (names[path]?.() ?? path)
}
