import { expect, type Locator, type Page } from '@playwright/test'

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

  /** Drags to a moment, in ms since 1970, once the bar reaches it. */
  async drag(moment: number): Promise<void> {
    const of = async (end: 'min' | 'max'): Promise<number> =>
      Number(await this.slider.getAttribute(`aria-value${end}`)) / 1_000
    await expect.poll(() => of('max')).toBeGreaterThan(moment)
    const box = (await this.slider.boundingBox())!
    const y = box.y + box.height / 2
    const share = (moment - (await of('min'))) / ((await of('max')) - (await of('min')))
    await this.page.mouse.move(box.x + box.width - 2, y)
    await this.page.mouse.down()
    await this.page.mouse.move(box.x + box.width * share, y, { steps: 8 })
    await this.page.mouse.up()
  }
}
