import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { vi } from 'vitest'
import { defaultSettings } from '../../shared/contract/app'
import type { Recording } from '../../shared/contract/recordings'
import { serveContract, type Handlers, type PageSession } from '../../shared/rpc/contract'
import { startWebServer, type WebServer, type WebServerOptions } from './server'

export const token = 'a token; with "odd" characters & 字'
export const MAX_UPLOAD = 1_000_000
export const exportName = 'plant "1"/温度\r\n*.csv'

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

/** A web server with a page of two files, one finished export and a few calls of the contract. */
export class WebFixture {
  readonly publish = vi.fn()
  /** Receives an uploaded recording and its file name. */
  readonly receive = vi.fn<(content: Readable, file: string) => Promise<Recording>>()
  readonly sessions: PageSession[] = []
  server!: WebServer
  port = 0
  /** ms; see WebServerOptions. */
  headersWithin: number | undefined
  slow: WebServerOptions['slow']
  private readonly folder = mkdtempSync(join(tmpdir(), 'treetop-web-'))

  async start(port = 0, host = '127.0.0.1', origin: string | null = null): Promise<void> {
    const root = join(this.folder, 'renderer')
    mkdirSync(join(root, 'assets'), { recursive: true })
    writeFileSync(join(root, 'index.html'), '<!doctype html>')
    writeFileSync(join(root, 'assets', 'index-1a2b.js'), 'script')
    writeFileSync(join(this.folder, 'export.csv'), 'a,b\r\n')
    writeFileSync(join(this.folder, 'secret.json'), 'secret')
    const handlers: Partial<Handlers> = {
      'settings.get': () => defaultSettings,
      'messages.publish': this.publish,
      'profiles.list': () => new Promise(() => undefined)
    }
    this.server = await startWebServer({
      host,
      port,
      token,
      origin,
      root,
      connect: (channel) => this.sessions.push(serveContract(channel, handlers as Handlers)),
      download: (id) => (id === 'job-1' ? { path: join(this.folder, 'export.csv'), name: exportName } : null),
      maxUpload: MAX_UPLOAD,
      ...(this.headersWithin !== undefined && { headersWithin: this.headersWithin }),
      ...(this.slow && { slow: this.slow }),
      receiveRecording: (content, file) => this.receive(content, file)
    })
    this.port = port || Number(new URL(this.server.url).port)
  }

  async end(): Promise<void> {
    await this.server.close()
    rmSync(this.folder, { recursive: true })
  }

  /** Sends a request with Node's client, because fetch does not allow setting Host, Origin or Cookie, and normalizes paths. */
  get(path: string, headers: OutgoingHttpHeaders = {}, method = 'GET', content?: Buffer): Promise<Answer> {
    const options = { host: '127.0.0.1', port: this.port, path, method, headers, agent: false }
    return new Promise((resolve, reject) => {
      const sent = request(options, (response) => {
        let body = ''
        response.setEncoding('utf8').on('data', (text: string) => (body += text))
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }))
      })
      sent.on('error', reject).end(content)
    })
  }

  /** Opens the printed address and returns the cookie. */
  async enter(): Promise<string> {
    const { pathname, search } = new URL(this.server.url)
    const { headers } = await this.get(pathname + search)
    return headers['set-cookie']![0]!.split(';')[0]!
  }

  /** The headers that the page's own WebSocket sends. */
  async pageHeaders(): Promise<OutgoingHttpHeaders> {
    return { cookie: await this.enter(), origin: `http://127.0.0.1:${this.port}` }
  }
}
