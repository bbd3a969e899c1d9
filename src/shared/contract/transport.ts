import { z } from 'zod'
import { isTemplate } from '../is-template'
import { call } from './define'

/**
 * The secrets of a profile: the password; the private key (PEM) or the PFX file (Base64) of the client certificate, and the passphrase
 * of either; the password for the proxy; and the values of headers and query parameters, by the id in `RequestField.secret`.
 */
export const SecretName = z.union([
  z.enum(['password', 'key', 'pfx', 'passphrase', 'proxyPassword']),
  z.templateLiteral(['field:', z.string()])
])
export type SecretName = z.infer<typeof SecretName>

/** Secrets in plain text; absent or null: none. */
export type PlainSecrets = Partial<Record<SecretName, string | null>>

/** The scheme that encrypted a stored secret. */
export const SecretScheme = z.enum(['safeStorage', 'keyFile'])

/** Where a secret is: on disk, encrypted with a scheme, or in memory until Treetop ends; null: no secret. */
export const KeptSecret = z.enum([...SecretScheme.options, 'thisRun']).nullable()
export type KeptSecret = z.infer<typeof KeptSecret>

/** A new secret: undefined keeps the stored one, null removes it. Secrets are never sent back to the renderer. */
export const SecretInput = z.string().nullable().optional()

/** A host name or address, without a port. */
const HOST = /^[^\s/?#@]+$/

/** Its variables are checked when they are resolved. */
export const Host = z
  .string()
  .trim()
  .min(1, 'REQUIRED')
  .refine((host) => HOST.test(host) || isTemplate(host), 'HOST_MALFORMED')
export const Path = z
  .string()
  .refine((path) => /^\/[^\s#]*$/.test(path) || isTemplate(path), 'PATH_MALFORMED')
export const Port = z.int('PORT_RANGE').min(1, 'PORT_RANGE').max(65_535, 'PORT_RANGE')

/** A header or a query parameter of the request that opens a WebSocket. */
export const RequestField = z.object({
  name: z.string().max(200, 'TOO_LONG'),
  /** Empty if it is a secret. */
  value: z.string().max(8_192, 'TOO_LONG'),
  /** The id of a value that is kept like a password; null: it is in `value`. */
  secret: z.string().max(40).nullable()
})
export type RequestField = z.infer<typeof RequestField>

/** What is added to the request that opens a WebSocket. */
export const WebSocketRequest = z.object({
  headers: z.array(RequestField).max(50, 'TOO_MANY'),
  query: z.array(RequestField).max(50, 'TOO_MANY')
})
export type WebSocketRequest = z.infer<typeof WebSocketRequest>

export const defaultRequest = (): WebSocketRequest => ({ headers: [], query: [] })

/** RFC 9110, 5.6.2 */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/
/** RFC 9110, 5.5: what Node sends in a header. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/
/** What opens the WebSocket itself (RFC 6455, 4.1). */
const RESERVED = /^(?:connection|upgrade|content-length|transfer-encoding|sec-websocket-.*)$/i

/** A fault of some fields: the path to the field, and a code that the form turns into a sentence. */
export type FieldFault = [path: (string | number)[], code: string]

/** Whether a text can be sent as the value of a header, once its variables are resolved. */
export function isHeaderValue(text: string): boolean {
  return HEADER_VALUE.test(text) || isTemplate(text)
}

/** What is wrong with the headers and parameters. */
export function requestFaults({ headers, query }: WebSocketRequest): FieldFault[] {
  const found: FieldFault[] = []
  const seen = new Set<string>()
  for (const [index, { name, value }] of headers.entries()) {
    const at = ['headers', index, 'name']
    if (name === '') found.push([at, 'REQUIRED'])
    else if (!TOKEN.test(name)) found.push([at, 'HEADER_NAME'])
    else if (RESERVED.test(name)) found.push([at, 'HEADER_RESERVED'])
    else if (seen.has(name.toLowerCase())) found.push([at, 'HEADER_REPEATED'])
    seen.add(name.toLowerCase())
    if (!isHeaderValue(value)) found.push([['headers', index, 'value'], 'HEADER_VALUE'])
  }
  for (const [index, { name }] of query.entries())
    if (name === '') found.push([['query', index, 'name'], 'REQUIRED'])
  return found
}

/** A proxy, without its password. While it is not used, host and user name may be anything. */
export const ProxyServer = z.object({
  /** HTTP CONNECT (RFC 9110, 9.3.6), or SOCKS5 (RFC 1928). */
  kind: z.enum(['http', 'socks5']),
  host: z.string().trim(),
  port: Port,
  username: z.string().max(1_000, 'TOO_LONG')
})
export type ProxyServer = z.infer<typeof ProxyServer>

export const defaultProxyServer = (): ProxyServer => ({ kind: 'http', host: '', port: 8080, username: '' })

/** The usual port of each kind of proxy. */
export const defaultProxyPort: Record<ProxyServer['kind'], number> = { http: 8080, socks5: 1080 }

/** What is wrong with a proxy that is to be used. */
export function proxyFaults({ kind, host, username }: ProxyServer): FieldFault[] {
  const found: FieldFault[] = []
  if (host === '') found.push([['host'], 'REQUIRED'])
  else if (!HOST.test(host)) found.push([['host'], 'HOST_MALFORMED'])
  // RFC 7617, 2
  if (kind === 'http' && username.includes(':')) found.push([['username'], 'PROXY_COLON'])
  // RFC 1929, 2
  if (kind === 'socks5' && new TextEncoder().encode(username).length > 255)
    found.push([['username'], 'TOO_LONG'])
  return found
}

/** Whether a profile goes through the proxy of the settings, through none, or through one of its own. */
export const ProfileProxy = z.object({ use: z.enum(['settings', 'none', 'own']), server: ProxyServer })
export type ProfileProxy = z.infer<typeof ProfileProxy>

export const defaultProfileProxy = (): ProfileProxy => ({ use: 'settings', server: defaultProxyServer() })

/** A proxy with its password. */
export type ProxyAccess = ProxyServer & { password: string | null }

/** The proxy of the settings, for the profiles that use it. */
export const GlobalProxy = z.object({ on: z.boolean(), server: ProxyServer })
export type GlobalProxy = z.infer<typeof GlobalProxy>

const GlobalProxyInput = GlobalProxy.superRefine(({ on, server }, context) => {
  if (!on) return
  for (const [path, message] of proxyFaults(server))
    context.addIssue({ code: 'custom', path: ['server', ...path], message })
})

const ShownGlobalProxy = GlobalProxy.extend({ password: KeptSecret })
export type ShownGlobalProxy = z.infer<typeof ShownGlobalProxy>

export const proxyCalls = {
  'proxy.get': call('main', z.void(), ShownGlobalProxy),
  /** Throws INVALID_INPUT, FILE_UNWRITABLE. Open connections use it when they connect the next time. */
  'proxy.set': call('main', z.object({ proxy: GlobalProxyInput, password: SecretInput }), ShownGlobalProxy)
}

export const proxyEvents = {
  'proxy.changed': ShownGlobalProxy
}
