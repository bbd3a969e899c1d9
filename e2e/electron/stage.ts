import { mkdtempSync } from 'node:fs'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type BrowserContext } from '@playwright/test'

/** Real Chromium, in which windows are drawn. A test joins it at the port that TREETOP_STAND_IN_PORT names. */
const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync'
]

/** Chromium refuses `app://`, also when it is routed: the page's scheme stands behind this origin. */
const ORIGIN = 'https://treetop.localhost'
const SCHEME = 'app://treetop'

export function toChromium(url: string): string {
  return url.startsWith(SCHEME) ? ORIGIN + url.slice(SCHEME.length) : url
}

export function fromChromium(url: string): string {
  return url.startsWith(ORIGIN) ? SCHEME + url.slice(ORIGIN.length) : url
}

type Serve = (request: Request) => Response | Promise<Response>

let serve: Serve | null = null
let started: Promise<BrowserContext> | null = null

export function serveScheme(handler: Serve): void {
  serve = handler
}

/** The browser, once a window needs it. */
export function stage(): Promise<BrowserContext> {
  started ??= start()
  return started
}

export async function endStage(): Promise<void> {
  await (await started)?.close().catch(() => undefined)
}

async function start(): Promise<BrowserContext> {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
    (path) => existsSync(path)
  )
  const context = await chromium.launchPersistentContext(mkdtempSync(join(tmpdir(), 'treetop-stage-')), {
    ...(executablePath && { executablePath }),
    args: [...FLAGS, `--remote-debugging-port=${process.env['TREETOP_STAND_IN_PORT'] ?? '0'}`],
    viewport: null,
    colorScheme: null
  })
  await context.route(`${ORIGIN}/**`, async (route) => {
    const asked = route.request()
    const response = await serve!(new Request(fromChromium(asked.url()), { method: asked.method() }))
    await route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer())
    })
  })
  return context
}
