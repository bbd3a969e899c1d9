import type { Locator } from '@playwright/test'
import type { AppPage } from './app'

/** The editor of a script, on the page of collections. */
export class ScriptPage {
  readonly region: Locator
  readonly editor: Locator
  /** The switch that lets it run. */
  readonly allowed: Locator
  readonly state: Locator
  readonly save: Locator
  /** Lines of the console. */
  readonly lines: Locator
  readonly clear: Locator

  constructor(app: AppPage, name: string) {
    this.region = app.page.getByRole('region', { name, exact: true })
    this.editor = this.region.getByRole('textbox', { name: `Text of ${name}` })
    this.allowed = this.region.getByRole('switch', { name: 'Allow this script to run' })
    this.state = this.region.getByRole('status')
    this.save = this.region.getByRole('button', { name: 'Save' })
    this.lines = this.region.getByRole('list', { name: 'Console' }).getByRole('listitem')
    this.clear = this.region.getByRole('button', { name: 'Clear' })
  }

  /** Replaces its text. */
  async write(text: string): Promise<void> {
    await this.editor.press('ControlOrMeta+a')
    // Chromium replaces coloured text with inline styles, which the page's policy refuses and reports.
    await this.editor.press('Delete')
    await this.editor.page().keyboard.insertText(text)
  }
}
