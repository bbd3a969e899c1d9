import type { Locator, Page } from '@playwright/test'

/** Charts of the selected topic and on the board. */
export class ChartsPage {
  /** `within`: a card of the board. */
  constructor(
    readonly page: Page,
    readonly within: Locator = page.locator('main')
  ) {}

  get plot(): Locator {
    return this.within.getByRole('application', { name: /^Chart of/ })
  }

  get legend(): Locator {
    return this.within.getByRole('list', { name: 'Values on the chart' })
  }

  /** An entry of the legend. */
  entry(name: string): Locator {
    return this.legend.getByRole('listitem').filter({ hasText: name }).getByRole('button').first()
  }

  async chooseLength(label: string): Promise<void> {
    await this.within.getByRole('combobox', { name: 'Time range' }).selectOption({ label })
  }

  /** The number of pixels of the plot whose colour is neither background nor grid. */
  async coloured(): Promise<number> {
    return this.colouredWithin(1)
  }

  /** The same among the labels of the value axes: labels that have the colour of a line. */
  async colouredInAxes(): Promise<number> {
    const overlay = await this.plot.locator('.u-over').evaluate((over) => (over as HTMLElement).offsetLeft)
    const width = await this.plot.locator('canvas').evaluate((canvas) => canvas.clientWidth)
    return this.colouredWithin((overlay - 4) / width)
  }

  /** `share`: of the plot's width, from its left edge. */
  private async colouredWithin(share: number): Promise<number> {
    return this.plot.locator('canvas').evaluate((canvas: HTMLCanvasElement, share) => {
      const width = Math.round(canvas.width * share)
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, width, canvas.height)
      let found = 0
      for (let at = 0; at < data.length; at += 4) {
        const [red, green, blue, alpha] = data.subarray(at, at + 4)
        if (alpha! > 200 && Math.max(red!, green!, blue!) - Math.min(red!, green!, blue!) > 70) found++
      }
      return found
    }, share)
  }

  async save(button: string): Promise<void> {
    await this.within.getByRole('button', { name: button }).click()
  }
}
