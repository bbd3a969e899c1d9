import {
  defaultProxyPort,
  defaultProfileProxy,
  Port,
  proxyFaults,
  type ProfileProxy,
  type ProxyServer
} from '../../shared/contract/transport'
import { Misuse } from './command'
import type { BrokerValues } from './commands/broker-options'
import { withoutPassword } from './parse'
import { textOf } from './values'

const kinds: Record<string, ProxyServer['kind']> = {
  'http:': 'http',
  'socks5:': 'socks5',
  'socks5h:': 'socks5'
}

/** The proxy of a command, and the password for it (null: none); null: the options say nothing of a proxy. Throws Misuse, without the password. */
export async function proxyOf(
  values: Pick<BrokerValues, 'proxy' | 'proxy-password-file'>,
  environment: NodeJS.ProcessEnv
): Promise<{ proxy: ProfileProxy; proxyPassword: string | null } | null> {
  const text = values.proxy
  const file = values['proxy-password-file']
  if (text === undefined) {
    if (file !== undefined) throw new Misuse('--proxy-password-file needs --proxy.')
    return null
  }
  if (text === 'none') return { proxy: { ...defaultProfileProxy(), use: 'none' }, proxyPassword: null }
  const { server, password } = readProxyUrl(text)
  const given =
    file === undefined ? null : (await textOf('--proxy-password-file', file)).replace(/\r?\n$/, '')
  return {
    proxy: { use: 'own', server },
    proxyPassword: given ?? environment['TREETOP_PROXY_PASSWORD'] ?? password
  }
}

function readProxyUrl(text: string): { server: ProxyServer; password: string | null } {
  const misuse = new Misuse(
    `"${withoutPassword(text)}" is not the address of a proxy. It looks like http://host:8080 or socks5://host:1080, or is none.`
  )
  const url = URL.parse(text)
  const kind = url && kinds[url.protocol]
  if (!url || !kind || !/^\/?$/.test(url.pathname) || url.search !== '' || url.hash !== '') throw misuse
  try {
    // URL leaves out the port 80 of http.
    const isDefault = kind === 'http' && /^http:\/\/(?:[^@/]*@)?(?:\[[^\]]*\]|[^:/@]*):80\/?$/i.test(text)
    const port = Port.parse(url.port === '' ? (isDefault ? 80 : defaultProxyPort[kind]) : Number(url.port))
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
    const server: ProxyServer = { kind, host, port, username: decodeURIComponent(url.username) }
    if (proxyFaults(server).length > 0) throw misuse
    return { server, password: url.password === '' ? null : decodeURIComponent(url.password) }
  } catch {
    throw misuse
  }
}
