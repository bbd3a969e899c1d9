import type { Locator, Page } from '@playwright/test'

/** The time bar under the tree. */
export class MomentsPage {
  readonly bar: Locator
  readonly slider: Locator

  constructor(readonly page: Page) {
    this.bar = page.getByRole('region', { name: 'Time' })
    this.slider = page.getByRole('slider', { name: 'Moment that is shown' })
  }

  button(name: string | RegExp): Locator {
    return this.bar.getByRole('button', { name })
  }

  /** Drags to a share of the bar, 0 to 1. */
  async drag(share: number): Promise<void> {
    const box = (await this.slider.boundingBox())!
    const y = box.y + box.height / 2
    await this.page.mouse.move(box.x + box.width - 2, y)
    await this.page.mouse.down()
    await this.page.mouse.move(box.x + box.width * share, y, { steps: 8 })
    await this.page.mouse.up()
  }
}
