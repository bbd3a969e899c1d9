import { test as base } from '@playwright/test'
import { Mosquitto } from './fixtures/mosquitto'
import { Treetop } from './fixtures/treetop'
import { AppPage } from './pages/app'

/** A running Treetop on a fresh data directory, its page, and a Mosquitto that is started on demand. */
export const test = base.extend<{ treetop: Treetop; app: AppPage; mosquitto: Mosquitto }>({
  treetop: async ({ browserName: _ }, use) => {
    const treetop = new Treetop()
    await treetop.start()
    await use(treetop)
    await treetop.remove()
  },
  app: async ({ page, treetop }, use) => {
    const app = new AppPage(page)
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(error.message))
    await app.open(treetop.url)
    await use(app)
    // A page that broke on the way has failed, whatever it showed.
    if (faults.length > 0) throw new Error(`The page threw: ${faults.join('; ')}`)
  },
  mosquitto: async ({ browserName: _ }, use) => {
    const mosquitto = new Mosquitto()
    await use(mosquitto)
    await mosquitto.remove()
  }
})

export { expect } from '@playwright/test'
