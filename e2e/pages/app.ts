import { expect, type Locator, type Page } from '@playwright/test'

/** The app as a person meets it: by role and name. The only place with selectors. */
export class AppPage {
  constructor(readonly page: Page) {}

  async open(url: string): Promise<void> {
    await this.page.goto(url)
    await expect(this.page.locator('[data-ready="true"]')).toBeAttached()
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: typeof name === 'string' })
  }

  tab(name: string): Locator {
    return this.page.getByRole('tab', { name, exact: true })
  }

  field(name: string | RegExp): Locator {
    return this.page.getByLabel(name, { exact: typeof name === 'string' })
  }

  /** The rail's pages. */
  async go(name: string): Promise<void> {
    await this.page.getByRole('navigation', { name: /Pages|页面/ }).getByRole('button', { name, exact: true }).click()
  }

  async startLocalBroker(): Promise<void> {
    await this.button(/^Start local broker/).click()
    await this.expectOnline()
  }

  get status(): Locator {
    return this.page.getByRole('contentinfo', { name: 'Status' })
  }

  async expectOnline(): Promise<void> {
    await expect(this.status).toContainText('online')
  }

  topic(level: string): Locator {
    return this.page.getByRole('treeitem', { name: level, exact: true })
  }

  /** Opens every level of a topic and selects it. */
  async select(topic: string): Promise<void> {
    const levels = topic.split('/')
    for (const [index, level] of levels.entries()) {
      const item = this.page.locator(`[role="treeitem"][aria-level="${index + 1}"]`).and(this.topic(level || '(empty)'))
      await item.first().click()
      if (index < levels.length - 1 && (await item.first().getAttribute('aria-expanded')) === 'false') {
        await this.page.keyboard.press('ArrowRight')
      }
    }
  }

  get payload(): Locator {
    return this.page.getByTestId('payload')
  }

  get publishPanel(): Locator {
    return this.page.getByRole('region', { name: 'Publish' })
  }

  async publish(topic: string, payload: string, qos: 0 | 1 | 2, retain = false): Promise<void> {
    const panel = this.publishPanel
    await panel.getByLabel('Topic', { exact: true }).fill(topic)
    await panel.getByLabel('Payload', { exact: true }).fill(payload)
    await panel.getByRole('radiogroup', { name: 'QoS' }).getByText(String(qos), { exact: true }).click()
    await panel.getByLabel('Retain').setChecked(retain)
    await panel.getByRole('button', { name: 'Publish', exact: true }).click()
  }

  get publishResult(): Locator {
    return this.publishPanel.getByRole('status')
  }

  get history(): Locator {
    return this.page.getByRole('table', { name: 'Recorded messages' })
  }

  /** Fills the form of a new profile; `more` does the rest of it. */
  async newProfile(profile: { name: string; host: string; port: number }, more: () => Promise<void> = async () => {}): Promise<void> {
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
    await this.page.getByRole('radiogroup', { name: `QoS of filter ${number}` }).getByText(String(qos), { exact: true }).click()
  }

  async chooseVersion(version: '5' | '3.1.1' | '3.1'): Promise<void> {
    await this.page.getByRole('radiogroup', { name: 'MQTT version' }).getByText(version, { exact: true }).click()
  }

  toast(text: string | RegExp): Locator {
    return this.page.getByRole('status').filter({ hasText: text })
  }
}
