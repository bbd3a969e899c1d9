import type { Locator, Page } from '@playwright/test'

/** The sections Overview, Subscriptions and Retained of the local broker's page. */
export class BrokerSections {
  /** The table of dropped messages. */
  readonly drops: Locator
  readonly charts: Locator
  readonly listeners: Locator
  readonly filters: Locator
  readonly filterSearch: Locator
  /** The answer to "Who gets this topic?": the field, the sentence, the clients, the shares. */
  readonly topic: Locator
  readonly answer: Locator
  readonly audience: Locator
  readonly shares: Locator
  readonly retained: Locator
  readonly retainedSearch: Locator
  /** What is being cleared, or was. */
  readonly work: Locator

  constructor(readonly page: Page) {
    this.drops = page.getByRole('table', { name: 'Dropped messages' })
    this.charts = page.getByRole('region', { name: 'Activity' })
    this.listeners = page.getByRole('region', { name: 'Listeners' })
    this.filters = page.getByRole('grid', { name: 'Filters' })
    this.filterSearch = page.getByRole('searchbox', { name: 'Search filters' })
    this.topic = page.getByRole('searchbox', { name: 'Topic', exact: true })
    this.answer = page.getByRole('tabpanel', { name: 'Who gets this topic?' }).getByRole('status')
    this.audience = page.getByRole('grid', { name: 'Clients that get every message' })
    this.shares = page.getByRole('region', { name: 'Shares: one member gets each message' })
    this.retained = page.getByRole('grid', { name: 'Retained messages' })
    this.retainedSearch = page.getByRole('searchbox', { name: 'Search retained messages' })
    this.work = page.getByRole('tabpanel', { name: 'Retained' }).getByRole('status')
  }

  /** Shows a section, by the beginning of its name: a count may follow. */
  async show(name: string): Promise<void> {
    await this.page
      .getByRole('tablist', { name: 'Local broker' })
      .getByRole('tab', { name: new RegExp(`^${name}`) })
      .click()
  }

  /** The messages dropped for a cause since the start. */
  dropped(cause: string): Locator {
    return this.drops.getByRole('row').filter({ hasText: cause }).getByRole('cell').nth(1)
  }

  chart(name: string): Locator {
    return this.charts.getByRole('region', { name, exact: true })
  }

  share(name: string): Locator {
    return this.shares.getByRole('listitem', { name, exact: true })
  }

  /** The member of a share whose turn it is. */
  nextOf(name: string): Locator {
    return this.share(name).getByRole('listitem').filter({ hasText: 'Next' }).locator('.client')
  }

  rowIn(grid: Locator, key: string): Locator {
    return grid.locator(`[data-key=${JSON.stringify(key)}]`)
  }

  /** The topics of the retained messages that are listed, in order. */
  topics(): Promise<(string | null)[]> {
    return this.retained
      .locator('[data-key]')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-key')))
  }

  message(topic: string): Locator {
    return this.page.getByRole('region', { name: `Retained message ${topic}`, exact: true })
  }

  async open(topic: string): Promise<Locator> {
    await this.rowIn(this.retained, topic).click()
    return this.message(topic)
  }

  /** Chooses from the menu of a retained message. */
  async choose(topic: string, option: string): Promise<void> {
    await this.rowIn(this.retained, topic).click({ button: 'right' })
    await this.page.getByRole('menuitem', { name: option, exact: true }).click()
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog')
  }
}
