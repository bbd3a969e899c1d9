import { EventEmitter } from 'node:events'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { person } from './person'
import { strict } from './strict'

/** The folder with what a package has beside its archive; none: it is not packaged. */
const packaged = process.env['TREETOP_STAND_IN_PACKAGED']
if (packaged !== undefined) {
  // A packaged app is called without the path of its script.
  process.argv.splice(1, 1)
  Object.assign(process, { resourcesPath: packaged })
}

class App extends EventEmitter {
  readonly paths = new Map<string, string>()
  sandboxed = false
  /** Protocols that the system hands to it: only one that is packaged is asked. */
  private readonly opens = new Set<string>()
  readonly isPackaged = packaged !== undefined
  /** macOS only. */
  readonly dock = undefined
  /** Ends when what is still to be said has been said. */
  leaving: Promise<void> = Promise.resolve()

  setPath(name: string, path: string): void {
    this.paths.set(name, path)
  }

  getPath(name: string): string {
    const path = this.paths.get(name) ?? (name === 'downloads' ? join(homedir(), 'Downloads') : undefined)
    if (path === undefined) throw new Error(`Failed to get '${name}' path`)
    return path
  }

  getVersion(): string {
    return (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version
  }

  getName(): string {
    return 'Treetop'
  }

  getAppPath(): string {
    return packaged === undefined ? process.cwd() : join(packaged, 'app')
  }

  getLocale(): string {
    return process.env['TREETOP_STAND_IN_LOCALE'] ?? 'en-US'
  }

  enableSandbox(): void {
    this.sandboxed = true
  }

  /** The one that has the lock of a data directory hears of a second start over a socket. */
  requestSingleInstanceLock(additionalData: object = {}): boolean {
    const folder = this.paths.get('userData')!
    mkdirSync(folder, { recursive: true })
    const lock = join(folder, 'stand-in-lock')
    try {
      const { pid, port } = JSON.parse(readFileSync(lock, 'utf8')) as { pid: number; port: number }
      process.kill(pid, 0)
      const socket = connect(port, '127.0.0.1')
      this.leaving = new Promise((told) => socket.once('close', () => told()))
      socket.end(JSON.stringify({ argv: process.argv, cwd: process.cwd(), additionalData }))
      return false
    } catch {
      // Nobody has it.
    }
    const server = createServer((socket) => {
      let text = ''
      socket.on('data', (chunk) => (text += chunk.toString()))
      socket.on('end', () => {
        const { argv, cwd, additionalData } = JSON.parse(text) as {
          argv: string[]
          cwd: string
          additionalData: object
        }
        this.emit('second-instance', {}, argv, cwd, additionalData)
      })
    })
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      writeFileSync(lock, JSON.stringify({ pid: process.pid, port }))
    })
    server.unref()
    process.on('exit', () => rmSync(lock, { force: true }))
    return true
  }

  ready = false

  isReady(): boolean {
    return this.ready
  }

  async whenReady(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    this.ready = true
    setInterval(() => undefined, 2 ** 30)
  }

  /** As Electron has it: `before-quit` may hold it up, and then somebody else must end it. */
  quit(): void {
    let prevented = false
    this.emit('before-quit', { preventDefault: () => void (prevented = true) })
    if (!prevented) this.exit(0)
  }

  isDefaultProtocolClient(protocol: string): boolean {
    return this.opens.has(protocol)
  }

  setAsDefaultProtocolClient(protocol: string): boolean {
    this.opens.add(protocol)
    return true
  }

  removeAsDefaultProtocolClient(protocol: string): boolean {
    return this.opens.delete(protocol)
  }

  /** Another of it is started when this one ends. What a test sees of it is that it was asked for. */
  relaunch(): void {
    person.relaunches++
  }

  releaseSingleInstanceLock(): void {
    rmSync(join(this.paths.get('userData')!, 'stand-in-lock'), { force: true })
  }

  exit(code = 0): void {
    this.emit('quit', {}, code)
    void this.leaving.finally(() => process.exit(code))
  }
}

// A listener of Node's takes the place of Chromium's own, which quits.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) app.quit()
  })
// Nobody is left to draw for.
process.on('disconnect', () => process.exit(1))

/** Electron's `app`. */
export const app = strict('app', new App())
