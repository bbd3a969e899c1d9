import { noneOpen } from '../src/shared/contract/topics'
import { spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { WebSocket } from 'ws'
import { freePort } from '../e2e/fixtures/port'
import type { Recording } from '../src/shared/contract/recordings'
import type { ConnectionStats } from '../src/shared/contract/connections'
import { connectContract, type Api } from '../src/shared/rpc/contract'
import { openSocket } from '../src/shared/rpc/socket'
import { PROFILE_ID } from './profiles'
import { atEnd } from './scratch'

const entry = resolve(import.meta.dirname, '../out/main/headless.js')
const TOKEN = 'bench'
/** Start timeout, in ms: a large history is read meanwhile. */
const START_TIMEOUT = 120_000

/** The built Treetop in browser mode in a separate process, with the calls that a page makes. */
export class Treetop {
  url = ''
  api!: Api
  private child!: ChildProcess
  private output = ''
  private latest: ConnectionStats | null = null

  constructor(readonly dataDirectory: string) {}

  get pid(): number {
    return this.child.pid ?? 0
  }

  /** Starts the process and waits until it is ready. */
  async launch(...flags: string[]): Promise<void> {
    const port = await freePort()
    const args = [entry, '--no-open', '--port', String(port), '--token', TOKEN]
    this.child = spawn(process.execPath, [...args, '--data-dir', this.dataDirectory, ...flags])
    atEnd(() => this.stop())
    const ready = new Promise<void>((done, fail) => {
      const late = setTimeout(() => fail(new Error(`Treetop did not start: ${this.output}`)), START_TIMEOUT)
      const said = (chunk: Buffer): void => {
        this.output += chunk.toString()
        if (!this.output.includes('Treetop is at ')) return
        clearTimeout(late)
        done()
      }
      this.child.stdout?.on('data', said)
      this.child.stderr?.on('data', said)
      this.child.once('exit', () => fail(new Error(`Treetop ended: ${this.output}`)))
    })
    this.url = `http://127.0.0.1:${port}/?token=${TOKEN}`
    await ready
  }

  /** Opens a page's channel. */
  async join(): Promise<void> {
    const { host } = new URL(this.url)
    const socket = new WebSocket(`ws://${host}/rpc`, {
      headers: this.pageHeaders(),
      perMessageDeflate: false
    })
    this.api = connectContract(await openSocket(socket))
    this.api.on('connections.stats', (stats) => {
      if (stats.id === PROFILE_ID) this.latest = stats
    })
  }

  async start(...flags: string[]): Promise<void> {
    await this.launch(...flags)
    await this.join()
  }

  /** The connection's most recent figures. Throws if none were received. */
  stats(): ConnectionStats {
    if (!this.latest) throw new Error('Treetop has told no figures')
    return this.latest
  }

  /** The figures of the connection once they satisfy `fits`. They arrive once per second while they change. Throws after `timeout` ms. */
  async statsWhen(fits: (stats: ConnectionStats) => boolean, timeout = 30_000): Promise<ConnectionStats> {
    const deadline = Date.now() + timeout
    for (;;) {
      if (this.latest && fits(this.latest)) return this.latest
      if (Date.now() > deadline) throw new Error(`Treetop's figures stay at ${JSON.stringify(this.latest)}`)
      await new Promise((done) => setTimeout(done, 50))
    }
  }

  /** Uploads a recording as the page does, and opens it. */
  async openRecording(content: Blob): Promise<Recording> {
    const { origin } = new URL(this.url)
    const answer = await fetch(`${origin}/recordings?file=bench.treetop`, {
      method: 'POST',
      headers: this.pageHeaders(),
      body: content
    })
    if (!answer.ok) throw new Error(`The recording was refused: ${await answer.text()}`)
    return (await answer.json()) as Recording
  }

  /** Opens a view as the page does, with some branches open; its frames arrive over the channel, and are read. */
  async watch(expanded: string[], profileId = PROFILE_ID): Promise<string> {
    const { viewId } = await this.api.call('topics.watch', {
      history: { kind: 'connection', id: profileId },
      sort: { by: 'name', descending: false },
      filter: { text: '', mode: 'text', matchCase: false, scope: 'names' },
      hidden: [],
      flat: false,
      pinned: [],
      window: { first: 0, count: 60, sequence: 1 },
      selected: null,
      moment: null,
      expanded: { ...noneOpen, opened: expanded }
    })
    return viewId
  }

  /** The headers that this server's own page would send. */
  private pageHeaders(): { origin: string; cookie: string } {
    const { port, origin } = new URL(this.url)
    const pass = createHash('sha256').update(`cookie ${TOKEN}`).digest('hex')
    return { origin, cookie: `treetop-${port}=${pass}` }
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const gone = new Promise((done) => this.child.once('exit', done))
    this.child.kill('SIGTERM')
    await gone
  }
}
