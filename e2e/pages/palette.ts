import { expect, type Locator, type Page } from '@playwright/test'

/** The command palette and the sheet of shortcuts. */
export class PalettePage {
  readonly dialog: Locator
  readonly field: Locator
  readonly sheet: Locator

  constructor(readonly page: Page) {
    this.dialog = page.getByRole('dialog', { name: /^(Commands|命令)$/ })
    this.field = this.dialog.getByRole('combobox')
    this.sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  }

  async open(): Promise<void> {
    await this.page.keyboard.press('Control+K')
    await expect(this.field).toBeFocused()
  }

  item(name: string | RegExp): Locator {
    return this.dialog.getByRole('option', { name })
  }

  /** Opens the palette, types, and runs the first match. */
  async run(text: string): Promise<void> {
    await this.open()
    await this.field.fill(text)
    await this.item(new RegExp(text, 'i')).first().waitFor()
    await this.page.keyboard.press('Enter')
  }
}
