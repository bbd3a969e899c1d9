import { expect, type Locator } from '@playwright/test'
import type { AppPage } from './app'

/** Replays as a user works with them: the dialog, and the bar above the page. */
export class ReplayPage {
  constructor(private readonly app: AppPage) {}

  get dialog(): Locator {
    return this.app.page.getByRole('dialog', { name: 'Replay messages' })
  }

  field(name: string): Locator {
    return this.dialog.getByLabel(name, { exact: true })
  }

  choice(group: string, name: string): Locator {
    return this.dialog
      .getByRole('radiogroup', { name: group, exact: true })
      .getByRole('radio', { name, exact: true })
  }

  get more(): Locator {
    return this.dialog.getByText('More options', { exact: true })
  }

  get start(): Locator {
    return this.dialog.getByRole('button', { name: 'Replay', exact: true })
  }

  /** The replays in progress. */
  get bar(): Locator {
    return this.app.page.getByRole('region', { name: 'Replays in progress' })
  }

  barButton(name: string): Locator {
    return this.bar.getByRole('button', { name, exact: true })
  }

  /** Replays a recording, whose page is shown. Yields the name of each screen, that page first. */
  async *screens(): AsyncGenerator<string> {
    yield 'recording'
    await this.app.button('Replay…').first().click()
    await this.choice('Speed', 'Other').check()
    await this.field('Times the recorded speed').fill('0.1')
    await this.dialog.getByRole('checkbox', { name: 'Repeat until cancelled' }).check()
    await this.more.click()
    yield 'recording: replay'
    await this.start.click()
    await this.barButton('Pause replay').click()
    await expect(this.bar).toContainText('Paused')
    yield 'recording: replay, paused'
    await this.barButton('Cancel replay').click()
  }
}
