/// <reference lib="dom" />
import { expect, type Locator, type Page } from '@playwright/test'
import decodeQR from 'qr/decode.js'

/** The listeners in the local broker's settings, and how clients connect to them. */
export class ListenersPage {
  readonly dialog: Locator
  readonly sn: Locator

  constructor(readonly page: Page) {
    this.dialog = page.getByRole('dialog')
    this.sn = page.getByRole('region', { name: 'MQTT-SN gateway' })
  }

  async open(): Promise<void> {
    await this.page
      .getByRole('tablist', { name: 'Local broker' })
      .getByRole('tab', { name: 'Settings' })
      .click()
  }

  row(number: number): Locator {
    return this.page.getByRole('listitem', { name: `Listener ${number}`, exact: true })
  }

  portOf(number: number): Locator {
    return this.row(number).getByRole('textbox', { name: 'Port' })
  }

  /** Adds a listener, and gives it a port, which has the focus. */
  async add(kind: string, port: number): Promise<void> {
    await this.page.getByRole('button', { name: 'Add listener' }).click()
    await this.page.getByRole('menuitem', { name: kind, exact: true }).click()
    await this.page.keyboard.press('ControlOrMeta+A')
    await this.page.keyboard.type(String(port))
    await this.page.keyboard.press('Enter')
  }

  /** Restarts the broker with the settings, and waits until it runs with them. */
  async restart(): Promise<void> {
    const button = this.page.getByRole('button', { name: 'Restart broker' })
    await button.click()
    await expect(button).toBeHidden()
    // It is hidden while the broker is stopped, too.
    await expect(this.page.getByText('Running', { exact: true })).toBeVisible()
  }

  /** The counts of the MQTT-SN listener at a port. */
  countsOf(port: number): Locator {
    return this.page.getByRole('region', { name: `MQTT-SN on UDP port ${port}` })
  }

  /** The text in the QR code, as a camera would read it from the screen. */
  async scanned(): Promise<string> {
    const png = await this.dialog.getByRole('img', { name: /^QR code of/ }).screenshot()
    // An empty page has no policy that would keep it from decoding the picture.
    const camera = await this.page.context().newPage()
    const { width, height, data } = await camera.evaluate(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
      const picture = await createImageBitmap(new Blob([bytes]))
      const canvas = new OffscreenCanvas(picture.width, picture.height)
      const context = canvas.getContext('2d')!
      context.drawImage(picture, 0, 0)
      const pixels = context.getImageData(0, 0, picture.width, picture.height)
      return { width: pixels.width, height: pixels.height, data: [...pixels.data] }
    }, png.toString('base64'))
    await camera.close()
    return decodeQR({ width, height, data: Uint8Array.from(data) })
  }
}
