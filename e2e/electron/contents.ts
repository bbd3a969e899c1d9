import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { decode, encode } from './clone'
import { PRELOAD_ERROR, type Navigation } from './link'
import { whereToSave } from './session'
import { enter, stage, type Drawn } from './stage'

/** Who is told of messages from pages: ipcMain. */
export const ipcListeners = new EventEmitter()

/** Messages that came from pages since the start. */
export const heard = { count: 0 }

/** Windows' pages as Electron's WebContents has them, as far as Treetop uses them. */
export class Contents extends EventEmitter implements Drawn {
  readonly mainFrame = { url: 'about:blank' }
  destroyed = false
  webRtcPolicy = 'default'
  openHandler: ((details: { url: string }) => { action: 'deny' }) | null = null
  private readonly number = enter(this)
  private preload = ''

  /** Makes the page; `preload` is the path of its preload script. */
  async open(preload: string, size: { width: number; height: number }, dark: boolean): Promise<void> {
    this.preload = preload
    await stage.open(this.number, { size, dark, preload: readFileSync(preload, 'utf8') })
  }

  async load(url: string): Promise<void> {
    await stage.load(this.number, url)
  }

  close(): void {
    void stage.close.asEvent(this.number)
  }

  send(channel: string, ...args: unknown[]): void {
    if (this.destroyed) throw new Error('Object has been destroyed')
    void stage.deliver.asEvent(this.number, encode([channel, ...args]))
  }

  /** Also after its process is gone, as in Electron. */
  reload(): void {
    void stage.reload.asEvent(this.number)
  }

  setDark(dark: boolean): void {
    void stage.theme.asEvent(this.number, dark)
  }

  /** Its result, once the page is loaded. */
  async executeJavaScript(code: string): Promise<unknown> {
    return decode(await stage.evaluate(this.number, code))
  }

  /** The page holds its window up; whether it is overruled. */
  unloads(): boolean {
    let overruled = false
    this.emit('will-prevent-unload', { preventDefault: () => void (overruled = true) })
    return overruled
  }

  isDestroyed(): boolean {
    return this.destroyed
  }

  setWindowOpenHandler(handler: (details: { url: string }) => { action: 'deny' }): void {
    this.openHandler = handler
  }

  heard(text: string): void {
    const [channel, ...args] = decode(text) as [string, ...unknown[]]
    if (channel === PRELOAD_ERROR) return this.preloadFailed(args[0] as Error)
    heard.count++
    ipcListeners.emit(channel, { sender: this, senderFrame: this.mainFrame }, ...args)
  }

  /** The window shows its page all the same, as in Electron, and nobody might notice. */
  private preloadFailed(error: Error): void {
    this.emit('preload-error', {}, this.preload, error)
    void stage.fault.asEvent(`Unable to load preload script: ${error.stack ?? error.message}`)
  }

  mayNavigate({ url, isMainFrame, redirected }: Navigation): boolean {
    let prevented = false
    const event = { url, isMainFrame, preventDefault: () => void (prevented = true) }
    this.emit(redirected ? 'will-redirect' : 'will-frame-navigate', event)
    return !prevented
  }

  navigated(url: string): void {
    this.mainFrame.url = url
  }

  wantsWindow(url: string): void {
    this.openHandler?.({ url })
  }

  crashed(): void {
    this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 })
  }

  closed(): void {
    if (this.destroyed) return
    this.destroyed = true
    this.emit('destroyed')
  }

  setWebRTCIPHandlingPolicy(policy: string): void {
    this.webRtcPolicy = policy
  }

  download(url: string, name: string): Promise<string | null> {
    return whereToSave(this, url, name)
  }
}
