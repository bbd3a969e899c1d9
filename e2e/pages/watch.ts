import { expect, type Locator } from '@playwright/test'
import type { AppPage } from './app'

/** The watch rules of a connection as a user works with them. */
export class WatchPage {
  constructor(private readonly app: AppPage) {}

  async open(): Promise<void> {
    await this.app.go('Watch')
  }

  get form(): Locator {
    return this.app.page.getByRole('form', { name: 'Rule' })
  }

  field(name: string): Locator {
    return this.form.getByLabel(name, { exact: true })
  }

  /** What the edited rule does, as a sentence. */
  get sentence(): Locator {
    return this.form.getByRole('status').first()
  }

  condition(name: string): Locator {
    return this.form
      .getByRole('radiogroup', { name: 'Condition', exact: true })
      .getByRole('radio', { name, exact: true })
  }

  action(name: string): Locator {
    return this.form.getByRole('checkbox', { name, exact: true })
  }

  get trialMoments(): Locator {
    return this.form.getByRole('list', { name: 'When it would have fired' }).getByRole('listitem')
  }

  async save(name = 'Save and switch on'): Promise<void> {
    await this.form.getByRole('button', { name, exact: true }).click()
    await expect(this.form).toHaveCount(0)
  }

  /** The card of a rule. */
  rule(name: string): Locator {
    return this.app.page.getByRole('region', { name, exact: true })
  }

  async choose(rule: string, entry: string): Promise<void> {
    await this.rule(rule)
      .getByRole('button', { name: `More for ${rule}` })
      .click()
    await this.app.page.getByRole('menuitem', { name: entry, exact: true }).click()
  }

  async showLog(): Promise<void> {
    await this.app.tab('Log').click()
  }

  /** Yields the name of each screen. A message to `plant/recipe` makes a rule fire. */
  async *screens(): AsyncGenerator<string> {
    await this.open()
    yield 'watch: no rules'
    await this.app.button('New rule').click()
    await this.field('Topic filter').fill('plant/+')
    await this.field('Limit').fill('0')
    await this.action('Publish a message').check()
    await expect(this.form.getByText(/^Would/).first()).toBeVisible()
    yield 'watch: rule'
    await this.condition('Silent').check()
    await this.field('Silent for').fill('1')
    await this.action('Publish a message').uncheck()
    await this.save()
    await expect(this.app.page.getByRole('list', { name: /^Topics on which/ })).toBeVisible()
    yield 'watch: rules'
    await this.showLog()
    await expect(this.log.nth(1)).toBeVisible()
    yield 'watch: log'
  }

  /** The log, newest first. */
  get log(): Locator {
    return this.app.page.getByRole('grid', { name: 'Log' }).getByRole('row')
  }
}
