import { expect, type Locator, type Page } from '@playwright/test'

/** The page that tests a broker. */
export class ProbePage {
  readonly main: Locator
  readonly broker: Locator
  readonly cancel: Locator
  /** The list of kept tests. */
  readonly tests: Locator
  readonly heading: Locator
  readonly compareWith: Locator
  readonly comparison: Locator
  readonly failure: Locator

  constructor(readonly page: Page) {
    this.main = page.getByRole('main', { name: 'Test a broker' })
    this.broker = this.main.getByLabel('Broker to test')
    this.cancel = this.main.getByRole('button', { name: 'Cancel', exact: true })
    this.tests = this.main.getByRole('navigation', { name: 'Tests' })
    this.heading = this.main.getByRole('heading', { name: /^What .* supports$/ })
    this.compareWith = this.main.getByLabel('Compare with')
    this.comparison = this.main.getByRole('table')
    this.failure = this.main.getByRole('alert')
  }

  async press(): Promise<void> {
    await this.main.getByRole('button', { name: /^(Test this broker|Test again|Start it and test)$/ }).click()
  }

  /** Starts a test of the chosen broker, which can be reached. */
  async start(): Promise<void> {
    await this.press()
    await expect(this.cancel).toBeVisible()
  }

  /** Tests the chosen broker until the sheet is there. */
  async test(): Promise<void> {
    await this.start()
    await expect(this.cancel).toHaveCount(0, { timeout: 60_000 })
    await expect(this.heading).toBeVisible()
  }

  /** An item of the sheet, by its id. */
  item(id: string): Locator {
    return this.main.locator(`li[data-item="${id}"]`)
  }

  /** Expects the verdict and the words of an item. */
  async expectItem(id: string, verdict: 'yes' | 'no' | 'unknown', text: string | RegExp): Promise<void> {
    await expect(this.item(id).getByRole('img', { name: verdict, exact: true })).toBeVisible()
    await expect(this.item(id)).toContainText(text)
  }

  /** Opens the packets of an item. */
  async open(id: string): Promise<Locator> {
    await this.item(id).getByRole('button').click()
    return this.item(id).getByRole('list', { name: 'Packets' })
  }

  /** A row of the comparison, by its item's id. */
  compared(id: string): Locator {
    return this.comparison.locator(`tr[data-item="${id}"]`)
  }

  async export(format: 'Markdown' | 'JSON'): Promise<void> {
    await this.main.getByRole('button', { name: 'Export' }).click()
    await this.page.getByRole('menuitem', { name: format, exact: true }).click()
  }
}
