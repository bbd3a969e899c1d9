import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { person } from './person'
import { allTold, free, lockOf, type SecondInstance } from './single-instance'
import { happening, strict } from './strict'
import { windows } from './windows'

const { productName, version } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, string>

/** The folder with a package's files beside its archive; unset when the app is not packaged. */
const packaged = process.env['TREETOP_STAND_IN_PACKAGED']
if (packaged !== undefined) {
  // A packaged app starts without the path of its script.
  process.argv.splice(1, 1)
  Object.assign(process, { resourcesPath: packaged })
}

const EVENTS = [
  'will-finish-launching',
  'ready',
  'window-all-closed',
  'before-quit',
  'will-quit',
  'quit',
  'second-instance',
  'web-contents-created',
  'browser-window-created',
  // Emitted on a test's command, as the system would: see control.ts.
  'open-url',
  'open-file',
  // About processes that the drawing browser does not expose.
  'child-process-gone',
  // macOS only: there is no Dock icon to click here.
  'activate'
]

/** A separate folder for each path that Treetop requests. */
const FOLDERS: Record<string, string> = {
  home: homedir(),
  appData: join(homedir(), '.config'),
  userData: join(homedir(), '.config', productName!),
  temp: tmpdir(),
  desktop: join(homedir(), 'Desktop'),
  documents: join(homedir(), 'Documents'),
  downloads: join(homedir(), 'Downloads')
}

class App extends EventEmitter {
  readyNow = false
  exitCode = 0
  /** `quit` was called: windows are closing. */
  quitting = false
  /** `exit` was called: windows close without asking. */
  exiting = false
  hasLock = false
  readonly paths = new Map(Object.entries(FOLDERS))
  readonly waiting: (() => void)[] = []
  readonly early: SecondInstance[] = []
  /** Protocols that the system opens with it: only a packaged app registers any. */
  readonly opens = new Set<string>()

  /** Main's script has run; Electron is ready a little later. */
  readonly launch = (): void => {
    this.emit('will-finish-launching')
    this.readyNow = true
    // Electron runs until it is told to exit.
    setInterval(() => undefined, 2 ** 30)
    this.emit('ready', happening({}), {})
    for (const go of this.waiting.splice(0)) go()
    for (const second of this.early.splice(0)) this.tellOf(second)
  }

  /** A window was closed. */
  readonly windowClosed = (): void => {
    if (windows.size > 0) return
    if (this.exiting) this.shutDown()
    else if (this.quitting) this.willQuit()
    else if (!this.emit('window-all-closed')) this.quit()
  }

  /** A window refused to close. */
  readonly quitHeldUp = (): void => {
    this.quitting = false
  }

  readonly willQuit = (): void => {
    const event = happening({})
    this.emit('will-quit', event)
    if (event.defaultPrevented) this.quitting = false
    else this.shutDown()
  }

  readonly shutDown = (): void => {
    this.emit('quit', happening({}), this.exitCode)
    void allTold().finally(() => process.exit(this.exitCode))
  }

  readonly tellOf = (second: SecondInstance): void => {
    const { argv, cwd, additionalData } = second
    if (this.readyNow) this.emit('second-instance', happening({}), argv, cwd, additionalData)
    else this.early.push(second)
  }

  get isPackaged(): boolean {
    return packaged !== undefined
  }

  /** macOS only. */
  get dock(): undefined {
    return undefined
  }

  setPath(name: string, path: string): void {
    if (!this.paths.has(name)) throw new Error(`Failed to set path '${name}'`)
    this.paths.set(name, path)
  }

  getPath(name: string): string {
    const path = this.paths.get(name)
    if (path === undefined) throw new Error(`Failed to get '${name}' path`)
    return path
  }

  getVersion(): string {
    return version!
  }

  getName(): string {
    return productName!
  }

  getAppPath(): string {
    return packaged === undefined ? process.cwd() : join(packaged, 'app')
  }

  /** Empty before Electron is ready. */
  getLocale(): string {
    return this.readyNow ? (process.env['TREETOP_STAND_IN_LOCALE'] ?? 'en-US') : ''
  }

  isReady(): boolean {
    return this.readyNow
  }

  async whenReady(): Promise<void> {
    if (!this.readyNow) await new Promise<void>((resolve) => this.waiting.push(resolve))
  }

  enableSandbox(): void {
    if (this.readyNow) throw new Error('app.enableSandbox() can only be called before app is ready')
  }

  requestSingleInstanceLock(additionalData?: unknown): boolean {
    this.hasLock ||= lockOf(this.getPath('userData'), additionalData, this.tellOf)
    return this.hasLock
  }

  releaseSingleInstanceLock(): void {
    if (this.hasLock) free(this.getPath('userData'))
    this.hasLock = false
  }

  /** Starts the app again when this process ends. A test only sees the request. */
  relaunch(): void {
    person.relaunches++
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

  /** `before-quit`, then windows close, then `will-quit` and `quit`; each step may be prevented. */
  quit(): void {
    if (this.quitting) return
    this.quitting = true
    const event = happening({})
    this.emit('before-quit', event)
    if (event.defaultPrevented) this.quitting = false
    else if (windows.size === 0) this.willQuit()
    else for (const window of windows.values()) window.close()
  }

  /** Destroys the windows at once and emits only `quit`. */
  exit(code = 0): void {
    this.exitCode = code
    this.exiting = true
    if (windows.size === 0) this.shutDown()
    for (const window of windows.values()) window.destroy()
  }
}

/** The app behind the facade that main gets. */
export const appItself = new App()

// A Node listener of the app replaces Chromium's own, which quits.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) appItself.quit()
  })
// The test that draws the windows is gone.
process.on('disconnect', () => process.exit(1))

// After the modules that main's script imports have run as well.
setImmediate(appItself.launch)

/** Electron's `app`. */
export const app = strict('App', appItself, EVENTS)

/** Throws like Electron's modules that are used before the app is ready. */
export function needReady(sentence: string): void {
  if (!appItself.readyNow) throw new Error(sentence)
}
