import type { BrokerAddress } from './contract/app'
import { defaultPort, Protocol } from './contract/profiles'

/** Whether a text is an address rather than, say, the path of a file. A drive's letter is no scheme. */
export function isUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/i.test(text)
}

/**
 * Reads `mqtt://user:password@host:port/filter`, and the same with mqtts, ws and wss, whose path is the WebSocket's; null when the text is
 * none of them. The path of mqtt and mqtts is a topic filter, as mosquitto_sub's `--url` has it.
 */
export function readBrokerUrl(text: string): BrokerAddress | null {
  const scheme = Protocol.safeParse(/^([a-z]+):\/\//i.exec(text)?.[1]?.toLowerCase())
  // In a topic filter `#` is a wildcard, not the beginning of a fragment.
  const address = text.replaceAll('#', '%23')
  if (!scheme.success || !URL.canParse(address)) return null
  const protocol = scheme.data
  const url = new URL(address)
  // An address of IPv6 stands in brackets there, and nowhere else.
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

/** An URL leaves out the port that is its scheme's own: for ws and wss that is the web's, not MQTT's. */
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
