import type { Locator, Page } from '@playwright/test'
import type { AppPage } from './app'

/** The page of checks. */
export class ChecksPage {
  readonly page: Page
  readonly tree: Locator
  /** What is shown of the chosen row. */
  readonly main: Locator
  readonly summary: Locator

  constructor(readonly app: AppPage) {
    this.page = app.page
    this.tree = this.page.getByRole('tree', { name: 'Checks' })
    this.main = this.page.getByRole('main')
    this.summary = this.main.getByRole('status')
  }

  async open(): Promise<void> {
    await this.app.go('Checks')
  }

  /** A row by its name and result: `lamp, failed`. */
  row(name: string | RegExp): Locator {
    return this.tree.getByRole('treeitem', { name, exact: true })
  }

  /** Names of all rows with their results, from the top. */
  rows(): Promise<string[]> {
    return this.tree
      .getByRole('treeitem')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? ''))
  }

  /** What is shown of a file or check. */
  detail(name: string): Locator {
    return this.page.getByRole('region', { name, exact: true })
  }

  button(name: string | RegExp): Locator {
    return this.main.getByRole('button', { name })
  }
}
