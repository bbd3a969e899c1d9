import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { decode, encode } from './clone'
import { PRELOAD_ERROR, type Navigation } from './link'
import { whereToSave } from './session'
import { enter, stage, type Drawn } from './stage'
import { happening, strict } from './strict'

/** Receives messages from pages: ipcMain. */
export const ipcListeners = new EventEmitter()

/** The number of messages received from pages since the start. */
export const heard = { count: 0 }

const EVENTS = [
  'will-frame-navigate',
  'will-navigate',
  'will-redirect',
  'did-navigate',
  'will-prevent-unload',
  'preload-error',
  'render-process-gone',
  'destroyed',
  // Emitted on a test's command, like a click: see control.ts.
  'context-menu',
  // Webviews are disabled.
  'will-attach-webview'
]

type OpenHandler = (details: { url: string }) => { action: 'deny' }

/** The part of Electron's WebContents that Treetop uses. */
export class Contents extends EventEmitter implements Drawn {
  gone = false
  openHandler: OpenHandler | null = null
  webRtcPolicy = 'default'
  url = ''
  preload = ''
  /** The facade that main gets. */
  readonly facade: this = strict('WebContents', this, EVENTS)
  readonly number = enter(this)
  readonly frame = strict(
    'WebFrameMain',
    Object.defineProperty({} as { url: string }, 'url', {
      get: () => this.url,
      enumerable: true,
      configurable: true
    })
  )

  /** Creates the page; `preload` is the path of its preload script. */
  readonly draw = async (
    preload: string,
    size: { width: number; height: number },
    dark: boolean
  ): Promise<void> => {
    this.preload = preload
    await stage.open(this.number, { size, dark, preload: readFileSync(preload, 'utf8') })
  }

  readonly load = (url: string): Promise<void> => stage.load(this.number, url)

  readonly setDark = (dark: boolean): void => void stage.theme.asEvent(this.number, dark)

  /** Closes the page; unless `asking`, the page cannot prevent it. */
  readonly leave = (asking: boolean): void => void stage.close.asEvent(this.number, asking)

  readonly heard = (text: string): void => {
    const [channel, ...args] = decode(text) as [string, ...unknown[]]
    if (channel === PRELOAD_ERROR) return this.preloadFailed(args[0] as Error)
    heard.count++
    const event = strict('IpcMainEvent', { sender: this.facade, senderFrame: this.frame })
    ipcListeners.emit(channel, event, ...args)
  }

  /** The window still shows its page, as in Electron, so report the error as a fault to make it visible. */
  readonly preloadFailed = (error: Error): void => {
    this.emit('preload-error', happening({}), this.preload, error)
    void stage.fault.asEvent(`Unable to load preload script: ${error.stack ?? error.message}`)
  }

  readonly mayNavigate = ({ url, isMainFrame, redirected }: Navigation): boolean => {
    const names = redirected
      ? ['will-redirect']
      : ['will-frame-navigate', ...(isMainFrame ? ['will-navigate'] : [])]
    return names.every((name) => {
      const event = happening({ url, isMainFrame, isSameDocument: false })
      this.emit(name, event)
      return !event.defaultPrevented
    })
  }

  readonly navigated = (url: string): void => {
    this.url = url
    this.emit('did-navigate', happening({}), url)
  }

  /** Without a handler Electron opens a window; the stand-in cannot. */
  readonly wantsWindow = (url: string): void => {
    if (!this.openHandler) throw new Error(`A page opened ${url}, and nobody handles that`)
    const { action } = this.openHandler(strict('HandlerDetails', { url }))
    if (action !== 'deny') throw new Error('The stand-in for Electron opens no windows for pages')
  }

  /** The page prevents its window from closing; returns whether the app overrules it. */
  readonly unloads = (): boolean => {
    const event = happening({})
    this.emit('will-prevent-unload', event)
    return event.defaultPrevented
  }

  readonly crashed = (): void =>
    void this.emit(
      'render-process-gone',
      happening({}),
      strict('RenderProcessGoneDetails', { reason: 'crashed', exitCode: 5 })
    )

  readonly closed = (): void => {
    if (this.gone) return
    this.gone = true
    this.emit('destroyed')
  }

  readonly download = (url: string, name: string): Promise<string | null> =>
    whereToSave(this.facade, url, name)

  get mainFrame(): { url: string } {
    return this.frame
  }

  getURL(): string {
    return this.url
  }

  send(channel: string, ...args: unknown[]): void {
    if (this.gone) throw new TypeError('Object has been destroyed')
    if (typeof channel !== 'string') throw new TypeError('Missing required channel argument')
    let text: string
    try {
      text = encode([channel, ...args])
    } catch {
      throw new Error('Failed to serialize arguments')
    }
    void stage.deliver.asEvent(this.number, text)
  }

  /** Returns the script's result, once the page is loaded. */
  async executeJavaScript(code: string): Promise<unknown> {
    return decode(await stage.evaluate(this.number, code))
  }

  /** Works after the page's process is gone, too, as in Electron. */
  reload(): void {
    void stage.reload.asEvent(this.number)
  }

  setWebRTCIPHandlingPolicy(policy: string): void {
    this.webRtcPolicy = policy
  }

  isDestroyed(): boolean {
    return this.gone
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler
  }
}
