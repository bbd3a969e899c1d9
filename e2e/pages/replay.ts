import type { Locator } from '@playwright/test'
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
}
