import { EventEmitter } from 'node:events'
import http from 'node:http'
import { checkKeys, strict } from './strict'

type Headers = Record<string, string>
type BeforeSend = (
  details: { url: string; requestHeaders: Headers },
  answer: (given: { requestHeaders?: Headers }) => void
) => void

/** A named session for the app's own requests. */
class Partition {
  beforeSend: BeforeSend | null = null
  readonly requests = strict('WebRequest', {
    onBeforeSendHeaders: (listener: BeforeSend) => void (this.beforeSend = listener)
  })

  get webRequest(): object {
    return this.requests
  }
}

const partitions = new Map<string, Partition>()
/** Partitions by the facade that the app gets. */
const behind = new WeakMap<Partition, Partition>()

export function fromPartition(name: string, options: object = {}): Partition {
  checkKeys('session', options, ['cache'])
  const found = partitions.get(name)
  if (found) return found
  const partition = new Partition()
  const facade = strict('Session', partition)
  partitions.set(name, facade)
  behind.set(facade, partition)
  return facade
}

/** Chromium's error names for Node's error codes. */
const errors: Record<string, string> = {
  ECONNREFUSED: 'net::ERR_CONNECTION_REFUSED',
  ECONNRESET: 'net::ERR_CONNECTION_RESET',
  ENOTFOUND: 'net::ERR_NAME_NOT_RESOLVED',
  ENETUNREACH: 'net::ERR_INTERNET_DISCONNECTED'
}

interface Options {
  session: Partition
  protocol: string
  hostname: string
  port?: string
  path: string
  method?: string
  headers?: Headers
}
const KEYS = ['session', 'protocol', 'hostname', 'port', 'path', 'method', 'headers', 'redirect', 'timeout']

/** A request as `net` sends it: with Chromium's own headers, and bypassing the session's listeners. */
class ClientRequest extends EventEmitter {
  private request: http.ClientRequest | null = null
  private aborted = false
  private readonly options: Options

  constructor(options: Options) {
    super()
    checkKeys('net.request', options, KEYS)
    this.options = options
  }

  end(): void {
    const { protocol, hostname, port, path, method = 'GET', headers = {}, session } = this.options
    const url = `${protocol}//${hostname}${port ? `:${port}` : ''}${path}`
    const said: Headers = {
      'Accept-Language': 'en-US',
      'Sec-Fetch-Mode': 'no-cors',
      'Sec-CH-UA-Platform': '"Linux"',
      'User-Agent': `Mozilla/5.0 (X11; Linux x86_64) Treetop Electron`,
      ...headers
    }
    const send = (requestHeaders: Headers): void => {
      if (this.aborted) return
      const request = http.request(url, { method, headers: requestHeaders })
      this.request = request
      request.on('response', (response) => this.emit('response', response))
      request.on('error', (error: NodeJS.ErrnoException) => {
        if (!this.aborted)
          this.emit('error', new Error(errors[error.code ?? ''] ?? `net::ERR_FAILED ${error.message}`))
      })
      request.end()
    }
    const { beforeSend } = behind.get(session)!
    if (!beforeSend) return send(said)
    beforeSend({ url, requestHeaders: said }, (given) => send(given.requestHeaders ?? said))
  }

  abort(): void {
    this.aborted = true
    this.request?.destroy()
    this.emit('abort')
  }
}

export const net = strict('Net', { request: (options: Options) => new ClientRequest(options) })

/** Electron's own updater, which electron-updater uses only to announce that the app is about to quit. */
export const autoUpdater = strict('AutoUpdater', new EventEmitter())
