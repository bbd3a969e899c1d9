import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import type { CDPSession, Page } from '@playwright/test'
import { decode, encode } from './clone'
import { fromChromium, stage, toChromium } from './stage'
import { BINDING, mainWorld, preloadScript, RECEIVE, WORLD } from './worlds'

/** Who is told of messages from pages: ipcMain. */
export const ipcListeners = new EventEmitter()

/** Windows' pages as Electron's WebContents has them, as far as Treetop uses them. */
export class Contents extends EventEmitter {
  readonly mainFrame = { url: 'about:blank' }
  destroyed = false
  openHandler: ((details: { url: string }) => { action: 'deny' }) | null = null
  page: Page | null = null
  session: CDPSession | null = null
  world: number | null = null
  waiting: string[] = []
  expected: string | null = null

  /** Makes the page; `preload` is the path of its preload script. */
  async open(preload: string, size: { width: number; height: number }, dark: boolean): Promise<Page> {
    const context = await stage()
    // The browser's own first page is the first window's.
    const page = context.pages().find((each) => each.url() === 'about:blank') ?? (await context.newPage())
    await page.setViewportSize(size)
    await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' })
    this.page = page
    const session = await context.newCDPSession(page)
    this.session = session
    session.on('Runtime.executionContextCreated', ({ context: { id, name, auxData } }) => {
      const { isDefault, frameId } = auxData as unknown as { isDefault: boolean; frameId: string }
      if (isDefault || name !== WORLD || !frameId) return
      this.world = id
      for (const text of this.waiting.splice(0)) this.deliver(text)
    })
    session.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
      if (this.world === executionContextId) this.world = null
    })
    session.on('Runtime.bindingCalled', ({ name, payload }) => {
      if (name === BINDING) this.heard(payload)
    })
    await session.send('Runtime.enable')
    await session.send('Page.enable')
    await session.send('Runtime.addBinding', { name: BINDING, executionContextName: WORLD })
    await session.send('Page.addScriptToEvaluateOnNewDocument', { source: `(${mainWorld.toString()})()` })
    await session.send('Page.addScriptToEvaluateOnNewDocument', {
      source: preloadScript(readFileSync(preload, 'utf8')),
      worldName: WORLD
    })
    page.on('close', () => this.end())
    page.on('crash', () => this.emit('render-process-gone', {}, { reason: 'crashed' }))
    page.on('popup', (popup) => {
      this.openHandler?.({ url: popup.url() })
      void popup.close()
    })
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame()) this.mainFrame.url = fromChromium(frame.url())
    })
    await page.route('**', async (route) => {
      const request = route.request()
      const url = request.url()
      if (!request.isNavigationRequest() || url === this.expected) return route.fallback()
      let prevented = false
      const event = {
        url: fromChromium(url),
        isMainFrame: request.frame() === page.mainFrame(),
        preventDefault: () => void (prevented = true)
      }
      this.emit(request.redirectedFrom() ? 'will-redirect' : 'will-frame-navigate', event)
      await (prevented ? route.abort('aborted') : route.fallback())
    })
    return page
  }

  async load(url: string): Promise<void> {
    this.expected = toChromium(url)
    await this.page!.goto(this.expected)
  }

  send(channel: string, ...args: unknown[]): void {
    if (this.destroyed) throw new Error('Object has been destroyed')
    const text = encode([channel, ...args])
    if (this.world === null) this.waiting.push(text)
    else this.deliver(text)
  }

  isDestroyed(): boolean {
    return this.destroyed
  }

  setWindowOpenHandler(handler: (details: { url: string }) => { action: 'deny' }): void {
    this.openHandler = handler
  }

  private deliver(text: string): void {
    const expression = `${RECEIVE}(${JSON.stringify(text)})`
    const call = this.session!.send('Runtime.evaluate', { expression, contextId: this.world! })
    // A document that has just gone hears nothing more.
    call.catch(() => undefined)
  }

  private heard(payload: string): void {
    const [channel, ...args] = decode(payload) as [string, ...unknown[]]
    ipcListeners.emit(channel, { sender: this, senderFrame: this.mainFrame }, ...args)
  }

  private end(): void {
    if (this.destroyed) return
    this.destroyed = true
    this.emit('destroyed')
  }
}
