import { expect, type Locator } from '@playwright/test'
import type { Treetop } from '../fixtures/treetop'
import type { AppPage } from './app'

/** Recordings as a user works with them: by keys, dialogs and tabs. */
export class RecordingsPage {
  constructor(
    private readonly app: AppPage,
    private readonly treetop: Treetop
  ) {}

  /** The tab of an open recording. */
  get tab(): Locator {
    return this.app.page.getByRole('tab', { name: /^Recording / })
  }

  /** Saves the history of the connection in front, and returns the file. */
  async save(): Promise<Buffer> {
    const dialog = this.app.page.getByRole('dialog')
    // A dialog that is still closing keeps shortcuts to itself.
    await expect(dialog).toHaveCount(0)
    await this.app.page.keyboard.press('Control+Shift+S')
    const file = await this.treetop.saved(() =>
      dialog.getByRole('button', { name: 'Save', exact: true }).click()
    )
    await dialog.getByText(/Saved a recording of/).waitFor()
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click()
    await expect(dialog).toHaveCount(0)
    return file
  }

  /** Opens a recording, and waits until it is in front. */
  async open(path: string): Promise<void> {
    await this.choose(path)
    await expect(this.tab).toHaveAttribute('aria-selected', 'true')
    await expect(this.app.status).toContainText('read-only')
  }

  /** Chooses a file to open, without waiting for the result. */
  async choose(path: string): Promise<void> {
    await this.treetop.chooses(path, () => this.app.page.keyboard.press('Control+O'))
  }

  async close(): Promise<void> {
    const button = this.app.page.getByRole('button', { name: /^Close recording/ })
    await button.click()
    await expect(button).toHaveCount(0)
  }
}
