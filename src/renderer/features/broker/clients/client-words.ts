import type { ClientRow, Fight } from '../../../../shared/contract/broker-clients'
import type { MqttVersion } from '../../../../shared/contract/profiles'
import { m } from '../../../paraglide/messages'
import { age, count } from '../../../state/format'
import { kindName } from '../../../state/listener-words'

const versions: Record<MqttVersion, string> = { 3: '3.1', 4: '3.1.1', 5: '5' }

/** Name of a version as the specifications write it; MQTT-SN clients have one of their own. */
export function versionName(version: MqttVersion | null, listener: ClientRow['listener']): string {
  if (listener?.kind === 'sn') return 'SN'
  return version === null ? '–' : versions[version]
}

/** Name of a protocol with its version. */
export function protocolName(version: MqttVersion, listener: ClientRow['listener']): string {
  return listener?.kind === 'sn' ? 'MQTT-SN' : `MQTT ${versions[version]}`
}

export function listenerName(listener: ClientRow['listener']): string {
  if (listener === null) return '–'
  return listener.kind === 'pipe' ? m.clients_pipe() : `${kindName(listener.kind)} ${listener.port}`
}

export function stateName({ connected, asleep }: ClientRow): string {
  return asleep ? m.clients_asleep() : connected ? m.clients_connected() : m.clients_absent()
}

/** How long the session of a client stays; of an absent one, counted down. `now` in ms since 1970 UTC. */
export function sessionText({ connected, sessionExpiry, expiresAt }: ClientRow, now: number): string {
  if (!connected && expiresAt !== null) return m.clients_session_ends_in({ time: countdown(expiresAt - now) })
  if (sessionExpiry === null) return m.clients_session_kept()
  return sessionExpiry === 0
    ? m.clients_session_ends()
    : m.clients_session_kept_for({ time: age(sessionExpiry * 1_000) })
}

/** What is left of a time in ms: 0:59:12, or whole days. */
export function countdown(left: number): string {
  const seconds = Math.max(0, Math.ceil(left / 1_000))
  if (seconds >= 2 * 86_400) return age(seconds * 1_000)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${Math.floor(seconds / 3_600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}

export function keepAliveText(seconds: number | null): string {
  if (seconds === null) return '–'
  return seconds === 0 ? m.clients_off() : m.clients_seconds({ seconds: count(seconds) })
}

/** Who fights over an id, and what to do. */
export function fightSentence({ clientId, addresses, takeovers }: Fight): string {
  const [first = '', second] = addresses
  const words = { client: clientId, first, times: count(takeovers) }
  return second === undefined ? m.clients_fight_one(words) : m.clients_fight_two({ ...words, second })
}
