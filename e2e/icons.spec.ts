import { readFileSync } from 'node:fs'
import { expect, test, type Page } from '@playwright/test'
import { drawIcons } from '../scripts/icon-drawing.mjs'
import { at } from '../scripts/place.mjs'

/** Maximum mean difference, out of 255, between two renderings of the same image: Chromium versions differ in antialiasing. */
const SAME = 2

test('the packaged icons match resources/icon.svg', async ({ page }) => {
  const drawn = await drawIcons(page)
  const found = new Map<string, number | 'other files'>()
  for (const [path, bytes] of drawn) found.set(path, await difference(page, readFileSync(at(path)), bytes))
  expect([...found].filter(([, far]) => far === 'other files' || far > SAME)).toEqual([])
  // Make sure that the comparison can fail: an empty image must not pass.
  const [icon, tray] = ['resources/icons/32x32.png', 'resources/tray/tray@2x.png'].map((path) =>
    readFileSync(at(path))
  )
  expect(await difference(page, icon!, tray!)).toBe('other files')
  expect(await difference(page, icon!, drawn.get('resources/icons/32x32.png')!)).toBeLessThanOrEqual(SAME)
})

const PNG = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')

/** The PNGs in a file, or the file itself when it contains none. */
function pictures(file: Buffer): Buffer[] {
  const starts: number[] = []
  for (let from = file.indexOf(PNG); from >= 0; from = file.indexOf(PNG, from + 1)) starts.push(from)
  return starts.map((start, index) => file.subarray(start, starts[index + 1] ?? file.length))
}

/** The difference between the images of two files: the largest mean difference of a channel, out of 255. */
async function difference(page: Page, one: Buffer, other: Buffer): Promise<number | 'other files'> {
  if (one.equals(other)) return 0
  const [left, right] = [pictures(one), pictures(other)]
  if (left.length === 0 || left.length !== right.length) return 'other files'
  let most = 0
  for (const [index, picture] of left.entries()) {
    const pair = [picture, right[index]!].map((png) => png.toString('base64'))
    const far = await page.evaluate(async (both) => {
      const [a, b] = await Promise.all(
        both.map(async (base64) => {
          const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
          const image = await createImageBitmap(new Blob([bytes]))
          const context = new OffscreenCanvas(image.width, image.height).getContext('2d')!
          context.drawImage(image, 0, 0)
          return context.getImageData(0, 0, image.width, image.height).data
        })
      )
      if (a!.length !== b!.length) return null
      return a!.reduce((total, value, at) => total + Math.abs(value - b![at]!), 0) / a!.length
    }, pair)
    if (far === null) return 'other files'
    most = Math.max(most, far)
  }
  return most
}
