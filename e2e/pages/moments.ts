import { expect, type Locator, type Page } from '@playwright/test'

/** The time bar under the tree. */
export class MomentsPage {
  readonly bar: Locator
  readonly slider: Locator

  constructor(readonly page: Page) {
    this.bar = page.getByRole('region', { name: 'Time' })
    this.slider = page.getByRole('slider', { name: 'Time shown' })
  }

  button(name: string | RegExp): Locator {
    // Exact: live, the button with the time is named "live" too.
    return this.bar.getByRole('button', { name, exact: true })
  }

  /** The number of messages received since the displayed moment. */
  async since(): Promise<number> {
    const text = (await this.bar.textContent()) ?? ''
    return Number(/([\d,]+) messages? since/.exec(text)?.[1]?.replace(',', '') ?? 0)
  }

  /** Waits until the bar, which updates every few seconds, has a message of this moment (ms since 1970) or later. */
  async reaches(moment: number): Promise<void> {
    await expect.poll(() => this.end('max')).toBeGreaterThanOrEqual(moment)
  }

  private async end(end: 'min' | 'max'): Promise<number> {
    return Number(await this.slider.getAttribute(`aria-value${end}`)) / 1_000
  }

  /** Drags to a moment, in ms since 1970, once the bar reaches it. */
  async drag(moment: number): Promise<void> {
    await this.reaches(moment)
    const box = (await this.slider.boundingBox())!
    const y = box.y + box.height / 2
    const ends = async (): Promise<[number, number]> => [await this.end('min'), await this.end('max')]
    await this.page.mouse.move(box.x + box.width - 2, y)
    await this.page.mouse.down()
    // The bar may grow meanwhile, and the place under the pointer then is another moment.
    await expect
      .poll(async () => {
        const [first, last] = await ends()
        await this.page.mouse.move(box.x + (box.width * (moment - first)) / (last - first), y, { steps: 8 })
        return (await ends())[1] === last
      })
      .toBe(true)
    await this.page.mouse.up()
  }
}
