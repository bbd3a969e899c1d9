import { test as base } from '@playwright/test'
import { BrowserMode } from './fixtures/browser-mode'
import { Desktop } from './fixtures/desktop'
import { Electron } from './fixtures/electron'
import { Mosquitto } from './fixtures/mosquitto'
import type { Treetop } from './fixtures/treetop'
import { AppPage } from './pages/app'

/** The host that Treetop runs on; each project in playwright.config.ts names one. */
export interface HostOptions {
  host: 'browser' | 'stand-in' | 'electron'
}

interface Fixtures {
  /** Creates a Treetop on this project's host without starting it. It is removed after the test, which fails if it had faults. */
  newTreetop: () => Treetop
  treetop: Treetop
  app: AppPage
  mosquitto: Mosquitto
}

/** A running Treetop on a fresh data directory, its page, and a Mosquitto that is started on demand. */
export const test = base.extend<Fixtures & HostOptions>({
  host: ['browser', { option: true }],
  newTreetop: async ({ host, context, locale, colorScheme }, use) => {
    const made: Treetop[] = []
    const thrown: string[] = []
    context.on('weberror', (error) => thrown.push(`The page threw: ${error.error().message}`))
    context.on('console', (message) => {
      if (message.type() === 'error' && message.text().includes('Content Security Policy'))
        thrown.push(`The page's policy refused something: ${message.text()}`)
    })
    const make = {
      browser: () => new BrowserMode(context),
      'stand-in': () =>
        new Desktop(context, {
          TREETOP_STAND_IN_LOCALE: locale ?? 'en-US',
          TREETOP_STAND_IN_THEME: colorScheme === 'dark' ? 'dark' : 'light'
        }),
      electron: () =>
        new Electron({ locale: locale ?? 'en-US', colorScheme: colorScheme === 'dark' ? 'dark' : 'light' })
    }[host]
    await use(() => {
      const treetop = make()
      made.push(treetop)
      return treetop
    })
    // Any fault on the way fails the test, whatever the page showed.
    const faults = [...thrown, ...(await Promise.all(made.map((treetop) => treetop.faults()))).flat()]
    for (const treetop of made) await treetop.remove()
    if (faults.length > 0) throw new Error(faults.join('\n'))
  },
  treetop: async ({ newTreetop }, use) => {
    const treetop = newTreetop()
    await treetop.start()
    await use(treetop)
  },
  page: async ({ treetop }, use) => {
    await use(await treetop.page())
  },
  app: async ({ host, treetop }, use) => {
    const app = new AppPage(await treetop.page())
    // Playwright starts Electron with `--password-store=basic`: without a keyring the app asks before it stores a password.
    if (host === 'electron') await app.keepPasswordsForThisRun()
    await app.open(treetop)
    await use(app)
  },
  mosquitto: async ({ browserName: _ }, use) => {
    const mosquitto = new Mosquitto()
    await use(mosquitto)
    await mosquitto.remove()
  }
})

export { expect } from '@playwright/test'
