import type { Locator, Page } from '@playwright/test'

/** The page that ranks topics by traffic. */
export class TrafficPage {
  readonly table: Locator

  constructor(readonly page: Page) {
    this.table = page.getByRole('grid', { name: 'Topics and branches by traffic' })
  }

  /** The rows in order, without the head. */
  get rows(): Locator {
    return this.table.locator('[data-key]')
  }

  async choose(option: string): Promise<void> {
    await this.page.getByRole('radio', { name: option, exact: true }).check({ force: true })
  }
}
