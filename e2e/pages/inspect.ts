import { expect, type Locator, type Page } from '@playwright/test'
import type { Treetop } from '../fixtures/treetop'

/** The views that inspect a message. */
export class InspectPage {
  constructor(
    readonly page: Page,
    private readonly treetop: Pick<Treetop, 'clipboard'>
  ) {}

  /** A byte of the hex view. */
  byte(at: number): Locator {
    return this.page.locator(`.byte[data-at="${at}"]`)
  }

  get numbers(): Locator {
    return this.page.getByRole('region', { name: 'Selected bytes as numbers' })
  }

  /** A number type of the selected bytes, little and big endian. */
  number(type: string): Locator {
    return this.numbers
      .getByRole('row')
      .filter({ has: this.page.getByRole('rowheader', { name: type, exact: true }) })
  }

  get properties(): Locator {
    return this.page.locator('dl[aria-label="MQTT 5 properties"]')
  }

  get changes(): Locator {
    return this.page.getByRole('table', { name: 'Changes' })
  }

  async copy(what: string): Promise<string> {
    const before = await this.treetop.clipboard()
    await this.page.getByRole('button', { name: 'Copy', exact: true }).click()
    await this.page.getByRole('menuitem', { name: what, exact: true }).click()
    // The clipboard text and the notice of an earlier copy may still be there.
    let copied = ''
    await expect.poll(async () => (copied = await this.treetop.clipboard())).not.toBe(before)
    return copied
  }
}
