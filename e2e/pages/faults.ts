import type { Locator, Page } from '@playwright/test'

/** The faults of the local broker, and the banner above its page. */
export class FaultsPage {
  readonly dialog: Locator
  readonly active: Locator
  readonly ended: Locator
  readonly tab: Locator

  constructor(readonly page: Page) {
    this.dialog = page.getByRole('dialog')
    this.active = page.getByRole('region', { name: 'Active faults' }).getByRole('listitem')
    this.ended = page.getByRole('region', { name: 'Ended' }).getByRole('listitem')
    this.tab = page.getByRole('tablist', { name: 'Local broker' }).getByRole('tab', { name: /^Faults/ })
  }

  async open(): Promise<void> {
    await this.tab.click()
  }

  banner(text: string | RegExp): Locator {
    return this.page.getByRole('status').filter({ hasText: text })
  }

  /** Opens a preset, or one of the other ways to begin. */
  async choose(name: string): Promise<void> {
    await this.page.getByRole('button', { name, exact: true }).click()
  }

  field(name: string): Locator {
    return this.dialog.getByLabel(name, { exact: true })
  }

  choice(name: string): Locator {
    return this.dialog.getByRole('radio', { name, exact: true })
  }

  async forClient(id: string): Promise<void> {
    await this.choice('One client').check()
    await this.field('Client ID').fill(id)
  }

  async start(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Start', exact: true }).click()
  }

  /** The buttons that lead to clients' packets. */
  packetLinks(row: Locator): Locator {
    return row.getByRole('button', { name: /^Packets: / })
  }
}
