import { once } from 'node:events'
import { request } from 'node:http'
import { connect, isIPv6, type Socket } from 'node:net'
import { domainToASCII } from 'node:url'
import { SocksClient } from 'socks'
import type { ProxyProblem } from '../../shared/contract/connections'
import type { ProxyAccess } from '../../shared/contract/transport'

/** Why a proxy does not connect to a broker. */
export class ProxyError extends Error {
  constructor(
    readonly problem: ProxyProblem,
    /** `host:port` */
    readonly proxy: string,
    message: string
  ) {
    super(message)
  }
}

/** What is behind the proxy. */
export interface Target {
  host: string
  port: number
}

/** Longest user name and password for SOCKS5, in bytes (RFC 1929, 2). */
const LONGEST_SOCKS_LOGIN = 255

/**
 * Resolves with a socket that a proxy has connected to the target, whose name the proxy looks up. Throws ProxyError, at the latest after
 * `milliseconds`, and the signal's reason.
 */
export async function openTunnel(
  proxy: ProxyAccess,
  target: Target,
  { milliseconds, signal }: { milliseconds: number; signal: AbortSignal }
): Promise<Socket> {
  const name = `${proxy.host}:${proxy.port}`
  const socket = connect({ host: proxy.host, port: proxy.port, noDelay: true })
  // Errors of the network are read where they are waited for. Without a listener they would end the process.
  socket.on('error', () => undefined)
  let ended: Error | null = null
  const end = (reason: Error): void => {
    ended ??= reason
    socket.destroy(reason)
  }
  const abort = (): void => end(signal.reason as Error)
  signal.addEventListener('abort', abort, { once: true })
  const seconds = milliseconds / 1_000
  const late = setTimeout(
    () => end(new ProxyError('silent', name, `no answer within ${seconds} s`)),
    milliseconds
  )
  const failed = (problem: ProxyProblem, message: string): ProxyError =>
    new ProxyError(problem, name, message)
  try {
    await once(socket, 'connect').catch((error: Error) => {
      throw failed('unreachable', codeOf(error))
    })
    return await (proxy.kind === 'http' ? throughHttp : throughSocks)(socket, proxy, target, failed)
  } catch (error) {
    socket.destroy()
    throw ended ?? error
  } finally {
    clearTimeout(late)
    signal.removeEventListener('abort', abort)
  }
}

type Failed = (problem: ProxyProblem, message: string) => ProxyError

/** Asks an HTTP proxy for a tunnel (RFC 9110, 9.3.6), with a Basic login (RFC 7617) if there is a user name. */
async function throughHttp(
  socket: Socket,
  { username, password }: ProxyAccess,
  { host, port }: Target,
  failed: Failed
): Promise<Socket> {
  const authority = `${isIPv6(host) ? `[${host}]` : domainToASCII(host) || host}:${port}`
  const login = Buffer.from(`${username}:${password ?? ''}`).toString('base64')
  const asking = request({
    method: 'CONNECT',
    path: authority,
    setHost: false,
    headers: { host: authority, ...(username !== '' && { 'proxy-authorization': `Basic ${login}` }) },
    createConnection: () => socket
  })
  const answered = Promise.withResolvers<number>()
  asking.on('connect', ({ statusCode }, _socket, head: Buffer) => {
    if (head.length > 0) socket.unshift(head)
    answered.resolve(statusCode ?? 0)
  })
  asking.on('error', (error: Error) =>
    answered.reject(
      codeOf(error).startsWith('HPE_') ? failed('notProxy', error.message) : failed('closed', codeOf(error))
    )
  )
  asking.end()
  const status = await answered.promise
  if (status >= 200 && status < 300) return socket
  throw failed(httpProblem(status), `HTTP ${status}`)
}

function httpProblem(status: number): ProxyProblem {
  if (status === 407 || status === 401) return 'login'
  if (status === 403) return 'forbidden'
  return status >= 502 && status <= 504 ? 'broker' : 'refused'
}

/** Asks a SOCKS5 proxy for a tunnel (RFC 1928), with a login (RFC 1929) if there is a user name. */
async function throughSocks(
  socket: Socket,
  { host: proxyHost, port: proxyPort, username, password }: ProxyAccess,
  { host, port }: Target,
  failed: Failed
): Promise<Socket> {
  const login = { userId: username, password: password ?? '' }
  if (Object.values(login).some((text) => Buffer.byteLength(text) > LONGEST_SOCKS_LOGIN))
    throw failed('login', `the user name or password is longer than ${LONGEST_SOCKS_LOGIN} bytes`)
  try {
    await SocksClient.createConnection({
      command: 'connect',
      destination: { host: domainToASCII(host) || host, port },
      existing_socket: socket,
      proxy: { host: proxyHost, port: proxyPort, type: 5, ...(username !== '' && login) }
    })
    return socket
  } catch (error) {
    const { message } = error as Error
    throw failed(socksProblem(message), message)
  }
}

/** What the library's messages say; they end with the reply of RFC 1928, 6. */
function socksProblem(message: string): ProxyProblem {
  if (/authentication/i.test(message)) return 'login'
  if (message.endsWith('NotAllowed')) return 'forbidden'
  if (/(?:NetworkUnreachable|HostUnreachable|ConnectionRefused|TTLExpired)$/.test(message)) return 'broker'
  if (/rejected/i.test(message)) return 'refused'
  return /handshake/i.test(message) ? 'notProxy' : 'closed'
}

function codeOf(error: Error): string {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : error.message
}
