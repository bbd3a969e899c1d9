import { expect, type Locator, type Page } from '@playwright/test'

/** The page of the broker's retained messages. */
export class RetainedPage {
  readonly filter: Locator
  readonly table: Locator
  /** Rows of the table, without its head. */
  readonly rows: Locator
  /** The dry run. */
  readonly dialog: Locator
  readonly planned: Locator
  readonly sum: Locator

  constructor(readonly page: Page) {
    const main = page.getByRole('main', { name: 'Retained messages' })
    this.filter = main.getByRole('searchbox', { name: 'Topic filter' })
    this.table = main.getByRole('grid', { name: 'Retained messages' })
    this.rows = this.table.locator('[data-key]')
    this.dialog = page.getByRole('dialog', { name: 'Clear retained messages' })
    this.planned = this.dialog.getByRole('listitem')
    this.sum = main.getByRole('banner').getByRole('status').or(main.locator('header').getByRole('status'))
  }

  async lookUp(filter: string): Promise<void> {
    await this.filter.fill(filter)
    await this.filter.press('Enter')
    await expect(this.sum).toContainText('as of')
  }

  /** The topics of the rows, in order. */
  async expectTopics(topics: string[]): Promise<void> {
    await expect
      .poll(() => this.rows.evaluateAll((rows) => rows.map((row) => row.getAttribute('data-key'))))
      .toEqual(topics)
  }

  async chooseFor(topic: string, option: string | RegExp): Promise<void> {
    await this.rows.and(this.page.locator(`[data-key="${topic}"]`)).click({ button: 'right' })
    await this.page.getByRole('menuitem', { name: option }).click()
  }
}
