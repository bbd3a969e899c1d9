import { expect, type Locator, type Page } from '@playwright/test'
import type { AppPage } from './app'

/** The broker page's section of bridges, and the copied subtree. */
export class BridgesPage {
  readonly page: Page
  readonly form: Locator
  /** What is said of the copied subtree, above every page. */
  readonly bar: Locator
  readonly pasteDialog: Locator

  constructor(private readonly app: AppPage) {
    this.page = app.page
    this.form = this.page.getByRole('form', { name: 'Bridge' })
    this.bar = this.page.getByRole('region', { name: 'Subtree copy' })
    this.pasteDialog = this.page.getByRole('dialog', { name: 'Paste subtree on the local broker' })
  }

  async open(): Promise<void> {
    await this.app.go('Local broker')
    await this.page
      .getByRole('tablist', { name: 'Local broker' })
      .getByRole('tab', { name: 'Bridges' })
      .click()
  }

  /** The card of a bridge. */
  card(name: string): Locator {
    return this.page.getByRole('region', { name, exact: true })
  }

  figure(name: string, figure: string): Locator {
    return this.card(name)
      .locator('dl > div')
      .filter({ hasText: new RegExp(`^\\s*${figure}`) })
      .locator('dd')
  }

  rule(number: number): Locator {
    return this.form.getByRole('group', { name: `Rule ${number}` })
  }

  async fillRule(
    number: number,
    rule: { direction: string; filter: string; local?: string; remote?: string; qos?: number }
  ): Promise<void> {
    const group = this.rule(number)
    await group
      .getByRole('radiogroup', { name: 'Direction' })
      .getByRole('radio', { name: rule.direction, exact: true })
      .check()
    await group.getByLabel('Filter', { exact: true }).fill(rule.filter)
    await group.getByLabel('Prefix on the local broker').fill(rule.local ?? '')
    await group.getByLabel('Prefix on the other broker').fill(rule.remote ?? '')
    if (rule.qos !== undefined)
      await group
        .getByRole('radiogroup', { name: 'Highest QoS' })
        .getByRole('radio', { name: String(rule.qos) })
        .check()
  }

  /** Begins a bridge to a profile's broker. */
  async begin(name: string, profile: string): Promise<void> {
    await this.app.button('New bridge').click()
    await this.form.getByLabel('Name', { exact: true }).fill(name)
    await this.form.getByLabel('Other broker', { exact: true }).selectOption({ label: profile })
  }

  async expectState(name: string, state: string): Promise<void> {
    await expect(this.card(name).getByRole('status').first()).toHaveText(state)
  }

  async chooseFor(name: string, entry: string): Promise<void> {
    await this.page.getByRole('button', { name: `More for ${name}` }).click()
    await this.page.getByRole('menuitem', { name: entry }).click()
  }

  /** Chooses from the context menu of a topic in the tree. */
  async chooseForTopic(level: string, entry: string): Promise<void> {
    await this.app.topic(level).click({ button: 'right' })
    await this.page
      .getByRole('menu', { name: 'Topic' })
      .getByRole('menuitem', { name: entry, exact: true })
      .click()
  }
}
