import type { Locator, Page } from '@playwright/test'

/** Updates of the desktop app: in the settings, and in the bar above every other page. */
export class UpdatesPage {
  constructor(readonly page: Page) {}

  get bar(): Locator {
    return this.page
      .getByRole('region', { name: 'Updates' })
      .filter({ has: this.page.getByRole('button') })
      .first()
  }

  get section(): Locator {
    return this.page.getByRole('main').getByRole('region', { name: 'Updates' })
  }

  get daily(): Locator {
    return this.page.getByRole('switch', { name: 'Check for updates automatically' })
  }

  get doubt(): Locator {
    return this.page.getByRole('dialog', { name: 'Recording is in progress' })
  }
}
