// `npm run icons`: draws every icon from resources/icon.svg. The results are committed, so packaging needs no browser.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { drawIcons } from './icon-drawing.mjs'
import { findChromium } from './chromium.mjs'
import { at } from './place.mjs'
import { ensureDependencies } from './setup.mjs'

try {
  await ensureDependencies()
  const playwright = await import('@playwright/test')
  const chromium = findChromium()
  const browser = await playwright.chromium.launch({
    ...(chromium && { executablePath: chromium }),
    args: ['--no-sandbox']
  })
  try {
    for (const [path, bytes] of await drawIcons(await browser.newPage())) {
      mkdirSync(dirname(at(path)), { recursive: true })
      writeFileSync(at(path), bytes)
      console.log(`${path} (${bytes.length} bytes)`)
    }
  } finally {
    await browser.close()
  }
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
