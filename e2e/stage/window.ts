import { rename } from 'node:fs/promises'
import type { BrowserContext, CDPSession, Dialog, Download, Page, Route } from '@playwright/test'
import type { BirpcReturn } from 'birpc'
import type { Looks, ShellCalls } from '../electron/link'
import { encode } from '../electron/clone'
import { fromChromium, ORIGIN, toChromium } from './origin'
import { BINDING, RECEIVE, WORLD, worldScripts } from './worlds'

/** One window: a Chromium page with the preload in an isolated world. */
export class StageWindow {
  page: Page | null = null
  loaded = false
  private looks: Looks | null = null
  private isReplaced = false
  private readonly ready: Promise<void>
  private isReady: () => void = () => undefined
  private session: CDPSession | null = null
  private world: number | null = null
  private readonly waiting: string[] = []
  /** The URL that the app itself loads, which needs no permission. */
  private expected: string | null = null

  constructor(
    private readonly number: number,
    private readonly shell: BirpcReturn<ShellCalls, object>
  ) {
    this.ready = new Promise((resolve) => (this.isReady = resolve))
  }

  /** Takes over the content of another window, and closes that window's page without notifying the app. */
  async takeOver(context: BrowserContext, before: StageWindow): Promise<void> {
    before.isReplaced = true
    await before.page!.close()
    await this.open(context, before.looks!)
    await this.load(fromChromium(before.expected!))
  }

  async open(context: BrowserContext, looks: Looks): Promise<void> {
    const { size, dark, preload } = looks
    this.looks = looks
    const page = await context.newPage()
    this.page = page
    await page.setViewportSize(size)
    await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' })
    // An app that is quitting serves no more requests.
    await page.route('**', (route) => this.route(route).catch(() => route.abort().catch(() => undefined)))
    await this.addWorlds(context, page, preload)
    page.on('close', () => {
      if (!this.isReplaced) void this.shell.closed.asEvent(this.number)
    })
    page.on('crash', () => void this.shell.crashed.asEvent(this.number))
    page.on('dialog', (dialog) => void this.asked(dialog))
    page.on('popup', (popup) => void popup.close())
    page.on('download', (download) => void this.save(download))
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame())
        void this.shell.navigated.asEvent(this.number, fromChromium(frame.url()))
    })
  }

  async load(url: string): Promise<void> {
    this.expected = toChromium(url)
    await this.page!.goto(this.expected)
    this.loaded = true
    this.isReady()
  }

  deliver(text: string): void {
    if (this.world === null) return void this.waiting.push(text)
    const expression = `${RECEIVE}(${JSON.stringify(text)})`
    const call = this.session!.send('Runtime.evaluate', { expression, contextId: this.world })
    // The document may just have been replaced.
    call.catch(() => undefined)
  }

  crash(): void {
    this.loaded = false
    // The call fails because the page is gone.
    void this.session!.send('Page.crash').catch(() => undefined)
  }

  theme(dark: boolean): void {
    void this.page?.emulateMedia({ colorScheme: dark ? 'dark' : 'light' }).catch(() => undefined)
  }

  async evaluate(code: string): Promise<string> {
    await this.ready
    return encode(await this.page!.evaluate(code))
  }

  /** Closes it like a user. */
  leave(): void {
    void this.page?.close({ runBeforeUnload: true }).catch(() => undefined)
  }

  close(): void {
    // The context may already be closed.
    void this.page?.close().catch(() => undefined)
  }

  /** On leaving, main decides; no other dialog of a page is Treetop's. */
  private async asked(dialog: Dialog): Promise<void> {
    const goes = dialog.type() === 'beforeunload' && (await this.shell.unloads(this.number))
    await (goes ? dialog.accept() : dialog.dismiss()).catch(() => undefined)
  }

  private async addWorlds(context: BrowserContext, page: Page, preload: string): Promise<void> {
    const session = await context.newCDPSession(page)
    this.session = session
    session.on('Runtime.executionContextCreated', ({ context: { id, name, auxData } }) => {
      // Subframes have such a world, too, but no preload in it.
      if (name !== WORLD || (auxData as unknown as { frameId: string }).frameId !== mainFrame) return
      this.world = id
      for (const text of this.waiting.splice(0)) this.deliver(text)
    })
    session.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
      if (this.world === executionContextId) this.world = null
    })
    session.on('Runtime.bindingCalled', ({ name, payload }) => {
      if (name === BINDING) void this.shell.heard.asEvent(this.number, payload)
    })
    session.on('Page.windowOpen', ({ url }) => void this.shell.wantsWindow.asEvent(this.number, url))
    const { frameTree } = await session.send('Page.getFrameTree')
    const mainFrame = frameTree.frame.id
    await session.send('Runtime.enable')
    await session.send('Page.enable')
    await session.send('Runtime.addBinding', { name: BINDING, executionContextName: WORLD })
    const scripts = worldScripts(preload)
    await session.send('Page.addScriptToEvaluateOnNewDocument', { source: scripts.page })
    await session.send('Page.addScriptToEvaluateOnNewDocument', { source: scripts.preload, worldName: WORLD })
  }

  private async route(route: Route): Promise<void> {
    const request = route.request()
    const url = request.url()
    if (request.isNavigationRequest() && url !== this.expected) {
      const may = await this.shell.mayNavigate(this.number, {
        url: fromChromium(url),
        isMainFrame: request.frame() === this.page!.mainFrame(),
        redirected: request.redirectedFrom() !== null
      })
      if (!may) return route.abort('aborted')
    }
    if (!(await this.shell.mayRequest(fromChromium(url)))) return route.abort('blockedbyclient')
    if (!url.startsWith(`${ORIGIN}/`)) return route.fallback()
    const { status, headers, body } = await this.shell.serve({
      url: fromChromium(url),
      method: request.method()
    })
    await route.fulfill({ status, headers, body: Buffer.from(body) })
  }

  /** The file appears under its name once it is complete. */
  private async save(download: Download): Promise<void> {
    const path = await this.shell.download(
      this.number,
      fromChromium(download.url()),
      download.suggestedFilename()
    )
    if (path === null) return download.cancel()
    await download.saveAs(`${path}.part`)
    await rename(`${path}.part`, path)
  }
}
