import { expect, type Locator, type Page } from '@playwright/test'
import type { AppPage } from './app'

export interface RuleInput {
  effect?: 'Allow' | 'Deny'
  action?: 'Publish' | 'Subscribe' | 'Both'
  user?: string
  clientId?: string
  filter: string
}

/** The access section of the broker's page. */
export class AccessPage {
  private readonly page: Page

  constructor(private readonly app: AppPage) {
    this.page = app.page
  }

  async open(): Promise<void> {
    await this.app.go('Local broker')
    await this.page
      .getByRole('tablist', { name: 'Local broker' })
      .getByRole('tab', { name: 'Access' })
      .click()
  }

  tab(name: 'Rules' | 'Users' | 'Refused attempts'): Locator {
    return this.page
      .getByRole('tablist', { name: 'Access' })
      .getByRole('tab', { name: new RegExp(`^${name}( [\\d,]+)?$`) })
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog')
  }

  /** A button of the section, not of a dialog. */
  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: typeof name === 'string' }).first()
  }

  get anonymous(): Locator {
    return this.page.getByRole('switch', { name: 'Let clients without a user name connect' })
  }

  async addUser(name: string, password: string): Promise<void> {
    await this.tab('Users').click()
    await this.button('Add user').click()
    await this.dialog.getByLabel('User name').fill(name)
    await this.dialog.getByLabel('Password', { exact: true }).fill(password)
    await this.dialog.getByRole('button', { name: 'Add user' }).last().click()
    await expect(this.dialog).toHaveCount(0)
  }

  /** Opens the dialog of a new rule and fills it in. */
  async fillRule({ effect = 'Allow', action = 'Both', user, clientId, filter }: RuleInput): Promise<void> {
    await this.tab('Rules').click()
    await this.button('Add rule').click()
    await this.dialog.getByRole('radio', { name: effect, exact: true }).check()
    await this.dialog.getByRole('radio', { name: action, exact: true }).check()
    await this.dialog.getByLabel('Topic filter').fill(filter)
    if (user !== undefined) {
      await this.dialog.getByLabel('Applies to').selectOption({ label: 'One user' })
      await this.dialog.getByLabel('User name').fill(user)
    }
    if (clientId !== undefined) await this.dialog.getByLabel('Client ID').fill(clientId)
  }

  async saveRule(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Add rule' }).last().click()
  }

  async addRule(rule: RuleInput): Promise<void> {
    await this.fillRule(rule)
    await this.saveRule()
    await expect(this.dialog).toHaveCount(0)
  }

  async byDefault(effect: 'Allow' | 'Deny'): Promise<void> {
    await this.tab('Rules').click()
    await this.app.choice('If no rule matches', effect).check()
    // The sentence tells what is stored.
    const told = effect === 'Deny' ? 'no rule allows is denied' : 'no rule denies is allowed'
    await expect(this.page.getByText(told).first()).toBeVisible()
  }

  rows(table: 'Rules' | 'Users' | 'Refused attempts'): Locator {
    return this.page.getByRole('grid', { name: table }).locator('[data-index]')
  }

  /** Topic filters of the rules, from the first to the last. */
  get filters(): Locator {
    return this.page.getByRole('grid', { name: 'Rules' }).locator('[data-cell="filter"]')
  }

  attempt(topic: string): Locator {
    return this.rows('Refused attempts').filter({ hasText: topic })
  }

  /** Asks "May this client do this?" */
  async ask(question: {
    user?: string
    clientId?: string
    action: 'Publish' | 'Subscribe'
    topic: string
  }): Promise<void> {
    await this.tab('Rules').click()
    await this.page.getByRole('textbox', { name: 'User name' }).fill(question.user ?? '')
    await this.page.getByRole('textbox', { name: 'Client ID' }).fill(question.clientId ?? '')
    await this.app.choice('Action', question.action).check()
    const field = question.action === 'Publish' ? 'Topic' : 'Topic filter'
    await this.page.getByRole('textbox', { name: field, exact: true }).fill(question.topic)
  }

  get answer(): Locator {
    return this.page.getByRole('region', { name: 'May this client do this?' }).getByRole('status')
  }

  /** The rows that are marked as those that decided, or that take something away. */
  get marked(): Locator {
    return this.rows('Rules').filter({ hasText: /decides|except/ })
  }
}
