import { expect, type Locator } from '@playwright/test'
import type { AppPage } from './app'

/** The page Learn MQTT. */
export class LearnPage {
  constructor(private readonly app: AppPage) {}

  async open(): Promise<void> {
    await this.app.go('Learn MQTT')
  }

  get lessons(): Locator {
    return this.app.page.getByRole('navigation', { name: 'Lessons' })
  }

  get title(): Locator {
    return this.app.page.getByRole('main', { name: 'Learn MQTT' }).getByRole('heading', { level: 1 })
  }

  /** Goes to a lesson by its title, and waits until its clients are ready. */
  async lesson(title: string): Promise<void> {
    await this.lessons.getByRole('button', { name: title }).click()
    await expect(this.title).toHaveText(title)
  }

  step(number: number): Locator {
    return this.app.page
      .getByRole('list', { name: 'Steps' })
      .getByRole('listitem')
      .nth(number - 1)
  }

  /** Clicks an action of a step. */
  async act(step: number, action: string): Promise<void> {
    await this.step(step).getByRole('button', { name: action, exact: true }).click()
  }

  async expectDone(step: number): Promise<void> {
    await expect(this.step(step).getByText('Done', { exact: true })).toBeAttached()
  }

  async expectOpen(step: number): Promise<void> {
    await expect(this.step(step)).toHaveAttribute('aria-current', 'step')
  }

  get picture(): Locator {
    return this.app.page.getByRole('region', { name: 'Clients and broker' })
  }

  client(id: string): Locator {
    return this.picture.getByRole('listitem').filter({ hasText: id }).first()
  }

  get log(): Locator {
    return this.app.page.getByRole('grid', { name: 'Packets of this lesson' })
  }

  /** A row of the log by texts in it. */
  packet(...texts: (string | RegExp)[]): Locator {
    return texts.reduce((rows, text) => rows.filter({ hasText: text }), this.log.getByRole('row'))
  }

  /** The program that is shown for a library. */
  async program(library: string): Promise<string> {
    await this.app.page.getByRole('tab', { name: library, exact: true }).click()
    return this.app.page.getByRole('tabpanel', { name: library, exact: true }).locator('pre').innerText()
  }
}
