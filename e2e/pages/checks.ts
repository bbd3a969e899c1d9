import { expect, type Locator, type Page } from '@playwright/test'
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
    this.tree = this.page.getByRole('tree', { name: /^(Checks|检查)$/ })
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

  /** The dialog that makes a check of a message. */
  get newCheck() {
    const dialog = this.page.getByRole('dialog', { name: 'New check' })
    return {
      dialog,
      preview: dialog.getByRole('region', { name: 'What will be written' }),
      field: (name: string): Locator => dialog.getByLabel(name, { exact: true }),
      async write(): Promise<void> {
        await dialog.getByRole('button', { name: 'Write check' }).click()
        await expect(dialog).toHaveCount(0)
      }
    }
  }
}
