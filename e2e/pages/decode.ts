import type { Locator, Page } from '@playwright/test'

/** Payload decoding: the picker in the message pane, the binding dialog, and the schema library. */
export class DecodePage {
  readonly told: Locator
  readonly dialog: Locator
  readonly library: Locator

  constructor(readonly page: Page) {
    this.told = page.getByRole('note', { name: 'About this payload' })
    this.dialog = page.getByRole('dialog', { name: 'Always decode like this' })
    this.library = page.getByRole('group', { name: 'Schemas' })
  }

  picker(name: 'Payload format' | 'Text encoding' | 'Schema file' | 'Message type'): Locator {
    return this.page.getByLabel(name, { exact: true })
  }

  /** Adds files to the schema library from the message pane. */
  async addFiles(files: { name: string; content: string }[]): Promise<void> {
    const chooser = this.page.waitForEvent('filechooser')
    await this.page.getByRole('button', { name: 'Add schema files…' }).click()
    await (
      await chooser
    ).setFiles(
      files.map(({ name, content }) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(content) }))
    )
  }

  /** Always decodes like this on the topics of a filter: the one that is suggested, or another suggestion. */
  async bind(suggestion?: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Always decode like this…' }).click()
    if (suggestion !== undefined) await this.dialog.getByRole('button', { name: suggestion }).click()
    await this.dialog.getByRole('button', { name: 'Bind decoder' }).click()
  }

  /** A row of the tree, by its topic. */
  row(topic: string): Locator {
    return this.page.locator(`[role="treeitem"][data-topic=${JSON.stringify(topic)}]`)
  }
}
