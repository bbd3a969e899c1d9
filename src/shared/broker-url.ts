import type { BrokerAddress } from './contract/app'
import { defaultPort, Protocol } from './contract/profiles'

/** Whether a text is an address rather than, for example, a file path. A drive letter is not a scheme. */
export function isUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/i.test(text)
}

/**
 * Parses `mqtt://user:password@host:port/filter`, and the same with mqtts, ws and wss; null for any other text. The path of mqtt and
 * mqtts is a topic filter, as in mosquitto_sub's `--url`; that of ws and wss is the WebSocket's.
 */
export function readBrokerUrl(text: string): BrokerAddress | null {
  const scheme = Protocol.safeParse(/^([a-z]+):\/\//i.exec(text)?.[1]?.toLowerCase())
  // In a topic filter, `#` is a wildcard, not the start of a fragment.
  const address = text.replaceAll('#', '%23')
  if (!scheme.success || !URL.canParse(address)) return null
  const protocol = scheme.data
  const url = new URL(address)
  // Only URLs put IPv6 addresses in brackets.
  const host = decoded(url.hostname.replace(/^\[(.*)\]$/, '$1'))
  const [username, password] = [decoded(url.username), decoded(url.password)]
  if (!host || /[\s/?#@]/.test(host) || username === null || password === null) return null
  const port = url.port === '' ? portOf(text, protocol) : Number(url.port)
  if (port === 0) return null
  const found: BrokerAddress = { name: host, protocol, host, port }
  if (username !== '') found.username = username
  if (password !== '') found.password = password
  if (protocol === 'ws' || protocol === 'wss') {
    const path = url.pathname + url.search
    return path === '/' ? found : { ...found, path }
  }
  const filter = decoded(url.pathname.slice(1))
  if (filter === null) return null
  return filter === '' ? found : { ...found, subscriptions: [{ filter, qos: 0 }] }
}

/** URL drops a scheme's default port. For ws and wss, that is the web's default (80, 443), not MQTT's: read it from the text. */
function portOf(text: string, protocol: Protocol): number {
  const written = /^[a-z]+:\/\/(?:[^/?#]*@)?(?:\[[^\]]*\]|[^/?#:]*):(\d+)/i.exec(text)?.[1]
  return written === undefined ? defaultPort[protocol] : Number(written)
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
