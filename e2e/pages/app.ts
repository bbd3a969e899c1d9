import { expect, type Locator, type Page } from '@playwright/test'
import type { Treetop } from '../fixtures/treetop'

/** The app as a user sees it, by role and name. Selectors belong here only. */
export class AppPage {
  /** Replaced by each `open`. */
  constructor(public page: Page) {}

  /** Answers "Keep for this run" whenever the app asks about a password that it cannot store. */
  async keepPasswordsForThisRun(): Promise<void> {
    const keep = this.page.getByRole('dialog').getByRole('button', { name: 'Keep for this run' })
    await this.page.addLocatorHandler(keep, () => keep.click())
  }

  /** Goes to the page of the started Treetop, in its tab or window, and waits until it has content. */
  async open(treetop: Pick<Treetop, 'page'>): Promise<void> {
    this.page = await treetop.page()
    await expect(this.page.locator('[data-ready="true"]')).toBeAttached()
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: typeof name === 'string' })
  }

  /** A tab by the end of its name: a connection's begins with its state. */
  tab(name: string): Locator {
    return this.page.getByRole('tab', { name: new RegExp(`${name}$`) })
  }

  /** One option of a group of mutually exclusive ones. */
  choice(group: string, name: string): Locator {
    return this.page
      .getByRole('radiogroup', { name: group, exact: true })
      .getByRole('radio', { name, exact: true })
  }

  field(name: string | RegExp): Locator {
    return this.page.getByLabel(name, { exact: typeof name === 'string' })
  }

  /** The rail's pages. */
  async go(name: string): Promise<void> {
    await this.page
      .getByRole('navigation', { name: /Pages|页面/ })
      .getByRole('button', { name, exact: true })
      .click()
  }

  async startLocalBroker(): Promise<void> {
    await this.button(/^Start local broker/).click()
    await this.expectOnline()
  }

  get status(): Locator {
    return this.page.getByRole('contentinfo', { name: 'Status' })
  }

  /** Expects the connection in the front tab to be online; with a name, expects that tab to be in front. */
  async expectOnline(name?: string): Promise<void> {
    if (name !== undefined) {
      await expect(this.page.getByRole('tab', { name: new RegExp(`${name}$`), selected: true })).toBeVisible()
    }
    await expect(this.status).toContainText('online')
  }

  topic(level: string): Locator {
    return this.page.getByRole('treeitem', { name: level, exact: true })
  }

  /** The marks of a topic's subscriptions in the tree. */
  subscriptionMarks(topic: string): Locator {
    return this.page.locator(`[role="treeitem"][data-topic=${JSON.stringify(topic)}] .marks`).getByRole('img')
  }

  /** Opens every level of a topic and selects it. */
  async select(topic: string): Promise<void> {
    const levels = topic.split('/')
    for (let depth = 1; depth <= levels.length; depth++) {
      const item = this.page.locator(
        `[role="treeitem"][data-topic=${JSON.stringify(levels.slice(0, depth).join('/'))}]`
      )
      await item.click()
      if (depth === levels.length) return
      // The level may be there before what is below it.
      await expect(item).toHaveAttribute('aria-expanded')
      if ((await item.getAttribute('aria-expanded')) === 'false') {
        await this.page.keyboard.press('ArrowRight')
        await expect(item).toHaveAttribute('aria-expanded', 'true')
      }
    }
  }

  get payload(): Locator {
    return this.page.getByTestId('payload')
  }

  /** Shows the payload in a format, by its name. */
  async showAs(format: string): Promise<void> {
    await this.page.getByLabel('Payload format', { exact: true }).selectOption({ label: format })
  }

  get publishPanel(): Locator {
    return this.page.getByRole('region', { name: 'Publish' })
  }

  async publish(topic: string, payload: string, qos: 0 | 1 | 2, retain = false): Promise<void> {
    const panel = this.publishPanel
    await panel.getByLabel('Topic', { exact: true }).fill(topic)
    await panel.getByLabel('Payload', { exact: true }).fill(payload)
    await this.choice('QoS', String(qos)).check()
    await panel.getByLabel('Retain').setChecked(retain)
    await panel.getByRole('button', { name: 'Publish', exact: true }).click()
  }

  get publishResult(): Locator {
    return this.publishPanel.getByRole('status')
  }

  get history(): Locator {
    return this.page.getByRole('grid', { name: 'Recorded messages' })
  }

  /** The message that is opened from the history. */
  get openedMessage(): Locator {
    return this.page.getByRole('region', { name: 'Opened message' })
  }

  get searchField(): Locator {
    return this.page.getByRole('searchbox', { name: 'Search payloads and topics' })
  }

  /** The search results, which replace the history during a search. */
  get found(): Locator {
    return this.page.getByRole('grid', { name: 'Search results' }).getByRole('row')
  }

  /** The highlighted matches in the search results. */
  get marks(): Locator {
    return this.found.locator('mark')
  }

  get conditions(): Locator {
    return this.page.getByRole('group', { name: 'Filters', exact: true })
  }

  get selectedTopic(): Locator {
    return this.page.getByRole('treeitem', { selected: true })
  }

  /** Fills in the form of a new profile; `more` fills in the remaining fields. */
  async newProfile(
    profile: { name: string; host: string; port: number },
    more: () => Promise<void> = async () => {}
  ): Promise<void> {
    await this.go('Connections')
    await this.button('New connection').first().click()
    await this.field('Name').fill(profile.name)
    await this.field('Host').fill(profile.host)
    await this.field('Port').fill(String(profile.port))
    await more()
    await this.button('Save and connect').click()
  }

  /** The QoS of a numbered filter of the profile form. */
  async setFilterQos(number: number, qos: 0 | 1 | 2): Promise<void> {
    await this.choice(`QoS of filter ${number}`, String(qos)).check()
  }

  async chooseVersion(version: '5' | '3.1.1' | '3.1'): Promise<void> {
    await this.choice('MQTT version', version).check()
  }

  toast(text: string | RegExp): Locator {
    return this.page.getByRole('status').filter({ hasText: text })
  }
}
