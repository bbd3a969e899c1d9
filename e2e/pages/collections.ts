import type { Locator, Page } from '@playwright/test'
import type { AppPage } from './app'

/** The page of saved messages. */
export class CollectionsPage {
  readonly page: Page
  readonly tree: Locator
  readonly preview: Locator
  /** The table of a Sparkplug payload's metrics. */
  readonly metrics: Locator
  /** What runs by itself, and its reports. */
  readonly runs: Locator
  /** A request and its answers. */
  readonly exchange: Locator

  constructor(readonly app: AppPage) {
    this.page = app.page
    this.tree = this.page.getByRole('tree', { name: 'Collections' })
    this.metrics = this.page.getByRole('region', { name: 'Metrics', exact: true })
    this.preview = this.page.getByRole('region', { name: 'Will be sent' })
    this.runs = this.page.locator('[data-region="runs"]')
    this.exchange = this.page.getByRole('region', { name: 'Request and answer' })
  }

  async open(): Promise<void> {
    await this.app.go('Collections')
  }

  row(name: string): Locator {
    return this.tree.getByRole('treeitem', { name, exact: true })
  }

  /** Names of all rows, from the top. */
  names(): Promise<string[]> {
    return this.tree
      .getByRole('treeitem')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? ''))
  }

  /** The form of a message. */
  form(name: string): Locator {
    return this.page.getByRole('region', { name, exact: true })
  }

  /** Answers the dialog that asks for a name. */
  async answer(name: string): Promise<void> {
    const dialog = this.page.getByRole('dialog')
    await dialog.getByRole('textbox').fill(name)
    await this.page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'hidden' })
  }

  /** Chooses from the menu beside the search. */
  async menu(item: string): Promise<void> {
    await this.page.getByRole('button', { name: /^New message,/ }).click()
    await this.page.getByRole('menuitem', { name: item }).click()
  }

  async add(
    item:
      | 'New message…'
      | 'New simulator…'
      | 'New folder…'
      | 'New script before publishing…'
      | 'New script on messages…'
      | 'Open a collection…',
    name: string
  ): Promise<void> {
    await this.menu(item)
    await this.answer(name)
  }
}
