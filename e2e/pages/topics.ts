import { expect, type Locator, type Page } from '@playwright/test'

/** The topic tree: its filter, its menus, and its pinned and hidden topics. */
export class TopicsPage {
  readonly filter: Locator
  readonly pinned: Locator
  readonly rows: Locator
  /** The parts of the rows that the filter matches. */
  readonly marks: Locator

  constructor(readonly page: Page) {
    this.filter = page.getByRole('searchbox', { name: 'Filter topics' })
    this.pinned = page.getByRole('region', { name: 'Pinned topics' })
    this.rows = page.getByRole('treeitem')
    this.marks = this.rows.locator('mark')
  }

  /** A column's head, which sorts the tree. */
  head(name: string): Locator {
    return this.page
      .getByRole('toolbar', { name: 'Sort by' })
      .getByRole('button', { name: new RegExp(`^${name}`) })
  }

  async chooseFilter(option: string): Promise<void> {
    await this.page.getByRole('button', { name: /^Filter:/ }).click()
    await this.page.getByRole('menuitemcheckbox', { name: option, exact: true }).click()
  }

  async chooseView(option: string): Promise<void> {
    await this.page.getByRole('button', { name: 'View', exact: true }).click()
    const named = { name: option, exact: true }
    await this.page.getByRole('menuitem', named).or(this.page.getByRole('menuitemcheckbox', named)).click()
  }

  async chooseForTopic(level: string, option: string): Promise<void> {
    await this.page.getByRole('treeitem', { name: level, exact: true }).click({ button: 'right' })
    await this.page.getByRole('menuitem', { name: option, exact: true }).click()
  }

  /** The topics of the rows, in order. */
  async expectTopics(topics: string[]): Promise<void> {
    await expect
      .poll(() => this.rows.evaluateAll((rows) => rows.map((row) => row.getAttribute('data-topic'))))
      .toEqual(topics)
  }
}
