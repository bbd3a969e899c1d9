import { expect, type Locator, type Page } from '@playwright/test'
import type { AppPage } from './app'

/** The local broker's clients. */
export class BrokerClientsPage {
  readonly page: Page
  readonly table: Locator
  /** The client that is open. */
  readonly detail: Locator
  readonly dialog: Locator

  constructor(readonly app: AppPage) {
    this.page = app.page
    this.table = this.page.getByRole('grid', { name: 'Clients', exact: true })
    this.detail = this.page.getByRole('region', { name: 'Client', exact: true })
    this.dialog = this.page.getByRole('dialog')
  }

  async go(): Promise<void> {
    await this.app.go('Local broker')
    await this.page
      .getByRole('tablist', { name: 'Local broker' })
      .getByRole('tab', { name: /^Clients/ })
      .click()
  }

  row(clientId: string): Locator {
    return this.table.locator(`[role="row"][data-key=${JSON.stringify(clientId)}]`)
  }

  cell(clientId: string, column: string): Locator {
    return this.row(clientId).locator(`[data-cell="${column}"]`)
  }

  get ids(): Locator {
    return this.table.locator('[data-cell="id"]')
  }

  async search(text: string): Promise<void> {
    await this.page.getByRole('searchbox', { name: 'ID, address or user name' }).fill(text)
  }

  async filter(name: string): Promise<void> {
    await this.page.getByRole('combobox', { name: 'Filter clients' }).selectOption({ label: name })
  }

  async sortBy(column: string): Promise<void> {
    await this.table.getByRole('columnheader', { name: column }).click()
  }

  async open(clientId: string): Promise<void> {
    await this.row(clientId).click()
    await expect(this.detail.getByRole('heading', { name: clientId, exact: true })).toBeVisible()
  }

  async tab(name: string): Promise<void> {
    await this.detail.getByRole('tab', { name: new RegExp(`^${name}`) }).click()
  }

  /** Facts by their label. */
  fact(label: string): Locator {
    return this.detail
      .locator('dt')
      .filter({ hasText: new RegExp(`^${label}$`) })
      .locator('xpath=following-sibling::dd[1]')
  }

  get rows(): Locator {
    return this.detail.getByRole('grid').locator('[role="row"][data-key]')
  }

  async confirm(name: string): Promise<void> {
    // The button that closes a dialog is also called Cancel.
    await this.dialog.getByRole('button', { name, exact: true }).last().click()
    await expect(this.dialog).toBeHidden()
  }

  async tracesMenu(item: string | RegExp): Promise<void> {
    await this.page.getByRole('button', { name: /^Traces/ }).click()
    await this.page.getByRole('menuitem', { name: item }).click()
  }

  async trace(clientId: string): Promise<void> {
    await this.tracesMenu('Trace a client ID…')
    await this.dialog.getByLabel('Client ID').fill(clientId)
    await this.page.keyboard.press('Enter')
    await expect(this.dialog).toBeHidden()
  }
}
