import type { Locator, Page } from '@playwright/test'

/** The log of control packets. */
export class PacketsPage {
  readonly table: Locator
  readonly detail: Locator

  constructor(readonly page: Page) {
    this.table = page.getByRole('grid', { name: 'Control packets' })
    this.detail = page.getByRole('region', { name: 'Packet', exact: true })
  }

  rows(text: string | RegExp): Locator {
    return this.table.getByRole('row').filter({ hasText: text })
  }

  get steps(): Locator {
    return this.detail.getByRole('list', { name: 'Handshake' }).getByRole('listitem')
  }

  async export(format: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Export', exact: true }).click()
    await this.page.getByRole('menuitem', { name: format }).click()
  }
}
