/// <reference lib="dom" />
import { chromium, type Locator, type Page } from '@playwright/test'
import { chromiumArguments, findChromium } from '../scripts/chromium.mjs'
import { PROFILE_ID } from './profiles'
import { atEnd } from './scratch'

const executablePath = findChromium()
/** The wheel events: distance (px), interval (ms), and number of turns before the direction changes. */
const WHEEL = { by: 120, every: 30, turns: 100 }

/** Frames of a page while its tree is scrolled. */
export interface Frames {
  perSecond: number
  /** Time between two frames (ms). */
  milliseconds: number[]
}

/** An empty page of Chromium with a fresh profile, in which the given branches of the tree are initially open. */
export async function newPage(open: string[] = []): Promise<Page> {
  const browser = await chromium.launch({
    ...(executablePath && { executablePath }),
    args: chromiumArguments
  })
  atEnd(() => browser.close())
  const page = await browser.newPage({ viewport: { width: 1_280, height: 800 }, locale: 'en-US' })
  await page.addInitScript(
    ([key, value]) => localStorage.setItem(key!, value!),
    [`treetop.expanded.${PROFILE_ID}`, JSON.stringify(open)]
  )
  return page
}

/** Opens Treetop, and waits until tree rows are visible. */
export async function openTree(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await page.getByRole('treeitem').first().waitFor()
}

/** Scrolls the tree, or another place, down and up with the wheel, and records the frames meanwhile. */
export async function scrolled(
  page: Page,
  forSeconds: number,
  place: Locator = page.getByRole('tree')
): Promise<Frames> {
  const box = await place.boundingBox()
  if (!box) throw new Error('what is to be scrolled is not in sight')
  await page.mouse.move(box.x + 100, box.y + box.height / 2)
  const counted = page.evaluate(countFrames, forSeconds * 1_000)
  const end = Date.now() + forSeconds * 1_000
  for (let turn = 0; Date.now() < end; turn++) {
    await page.mouse.wheel(0, Math.floor(turn / WHEEL.turns) % 2 === 0 ? WHEEL.by : -WHEEL.by)
    await page.waitForTimeout(WHEEL.every)
  }
  const milliseconds = await counted
  const sum = milliseconds.reduce((all, each) => all + each, 0)
  return { perSecond: (milliseconds.length / sum) * 1_000, milliseconds }
}

/** The page's heap after a garbage collection, in bytes. */
export async function heapBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  await session.detach()
  return usedSize
}

/** Runs inside the page. */
function countFrames(forMilliseconds: number): Promise<number[]> {
  return new Promise((done) => {
    const found: number[] = []
    const started = performance.now()
    let last = started
    const frame = (now: number): void => {
      if (now > last) found.push(now - last)
      last = now
      if (now - started < forMilliseconds) requestAnimationFrame(frame)
      else done(found)
    }
    requestAnimationFrame(frame)
  })
}

/** Types a key into the topic filter. Resolves to the time from the key to the frame that shows the expected count of matches, in ms. */
export async function typed(page: Page, key: string, matches: string): Promise<number> {
  await page.getByLabel('Filter topics', { exact: true }).focus()
  const watching = await page.evaluateHandle(watchMatches, matches)
  await page.keyboard.press(key)
  const took = await watching.evaluate(({ shown }) => shown)
  if (took === null) throw new Error(`the filter does not come to ${matches} matches`)
  return took
}

/** Runs inside the page. Resolves to null if the count is not reached within 20 s. */
function watchMatches(matches: string): { shown: Promise<number | null> } {
  const shown = new Promise<number | null>((done) => {
    let pressed: number | null = null
    addEventListener('keydown', ({ timeStamp }) => (pressed = timeStamp), { once: true, capture: true })
    const armed = performance.now()
    const look = (): void => {
      const now = performance.now()
      const fits = document.querySelector('.matches')?.textContent.trim() === matches
      if (pressed !== null && fits && document.querySelector('[role="treeitem"]')) done(now - pressed)
      else if (now - armed > 20_000) done(null)
      else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
  return { shown }
}
