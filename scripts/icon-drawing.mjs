// Draws every icon in Chromium from the single SVG source.
import { readFileSync } from 'node:fs'
import { icns, ico } from './icon-files.mjs'
import { at } from './place.mjs'

/** At up to this many pixels the mark is enlarged within its tile: details that are clear at 512 smear at 16. */
const SMALL = 32

const LINUX = [16, 24, 32, 48, 64, 128, 256, 512]
const WINDOWS = [16, 20, 24, 32, 40, 48, 64, 128, 256]
const MACOS = [32, 64, 128, 256, 512, 1024]

/** Tray icon sizes: one size, and double for dense screens. Linux has no standard size; 24 needs the least scaling. */
const TRAY = { linux: 24, macos: 16 }
const TRAY_WINDOWS = [16, 20, 24, 32, 40, 48]

/**
 * Draws all icons on a Chromium page. Resolves to their bytes, by path from the root.
 * @param {import('@playwright/test').Page} page
 * @returns {Promise<Map<string, Buffer>>}
 */
export async function drawIcons(page) {
  const source = readFileSync(at('resources', 'icon.svg'))
  const { inner, tile, mark, outline } = await parts(page, source.toString())
  const draw = (svg, size) => screenshot(page, svg, size)
  const drawAll = async (svg, sizes) =>
    new Map(await inTurn(sizes, async (size) => [size, await draw(svg(size), size)]))

  /** The tile without a margin, with the mark in it. */
  const whole = (size) => (size > SMALL ? inner : tile + about(32, 32, 1.15, mark))
  // Icons on Windows and Linux have little or no margin; on macOS a tenth (its grid: 824 of 1024).
  const app = (size) => svg(about(32, 32, size > SMALL ? 60 / 64 : 1, whole(size)))
  const macApp = (size) => svg(about(32, 32, 824 / 1024, whole(size)))
  const bare = (drawn) => `<svg xmlns="${SVG}" viewBox="${outline}">${drawn}</svg>`
  const tray = () => bare(mark)
  // The menu bar sets the colour of a template image, so only opacity can keep the leaves apart.
  const template = () => bare(mark.replaceAll(DARK_LEAF, 'rgb(0 0 0 / 0.6)').replaceAll(LIGHT_LEAF, '#000'))
  const document = (size) => svg(PAGE + about(32, 52, size > SMALL ? 0.62 : 0.8, mark))

  const files = new Map([['src/renderer/icon.svg', source]])
  for (const [size, png] of await drawAll(app, LINUX)) files.set(`resources/icons/${size}x${size}.png`, png)
  files.set('resources/treetop.ico', ico(await drawAll(app, WINDOWS)))
  files.set('resources/treetop.icns', icns(await drawAll(macApp, MACOS)))
  files.set('resources/document.ico', ico(await drawAll(document, WINDOWS)))
  files.set('resources/document.icns', icns(await drawAll(document, MACOS)))
  files.set('resources/tray/tray.ico', ico(await drawAll(tray, TRAY_WINDOWS)))
  for (const [name, drawn, size] of [
    ['tray', tray, TRAY.linux],
    ['trayTemplate', template, TRAY.macos]
  ]) {
    files.set(`resources/tray/${name}.png`, await draw(drawn(), size))
    files.set(`resources/tray/${name}@2x.png`, await draw(drawn(), size * 2))
  }
  return files
}

/** The two greens of the mark, as spelled in the source. */
const DARK_LEAF = '#2f9e5b'
const LIGHT_LEAF = '#6fe09b'

const SVG = 'http://www.w3.org/2000/svg'

/** A sheet of paper with a folded corner, for file icons. */
const PAGE = `
  <path d="M14 3h25l14 14v40a4 4 0 0 1-4 4H14a4 4 0 0 1-4-4V7a4 4 0 0 1 4-4Z" fill="#f7faf8" stroke="#b9c8bf" />
  <path d="M39 3v10a4 4 0 0 0 4 4h10Z" fill="#cfdcd4" stroke="#b9c8bf" stroke-linejoin="round" />`

const svg = (drawn) => `<svg xmlns="${SVG}" viewBox="0 0 64 64">${drawn}</svg>`

/** Scales a drawing about a point. */
function about(x, y, scale, drawn) {
  return `<g transform="translate(${x} ${y}) scale(${scale}) translate(${-x} ${-y})">${drawn}</g>`
}

/** The parts of the source: the whole, the tile with its colours, the mark, and the square around the mark as a viewBox. */
function parts(page, source) {
  return page.setContent(source).then(() =>
    page.evaluate(() => {
      const root = globalThis.document.querySelector('svg')
      const mark = root.querySelector('#mark')
      // getBBox ignores strokes, and so the stem's round end. The screen rectangle includes them, but needs scaling back.
      const [stroked, frame] = [mark, root].map((element) => element.getBoundingClientRect())
      const scale = 64 / frame.width
      const side = Math.max(stroked.width, stroked.height) * scale
      const left = (stroked.x - frame.x + stroked.width / 2) * scale - side / 2
      const top = (stroked.y - frame.y + stroked.height / 2) * scale - side / 2
      const inner = root.innerHTML
      const drawn = mark.outerHTML
      return {
        inner,
        tile: inner.replace(drawn, ''),
        mark: drawn,
        outline: [left, top, side, side].join(' ')
      }
    })
  )
}

async function screenshot(page, drawing, size) {
  await page.setViewportSize({ width: size, height: size })
  await page.setContent(
    `<style>*{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${drawing}`
  )
  return page.screenshot({ omitBackground: true })
}

async function inTurn(items, work) {
  const done = []
  for (const item of items) done.push(await work(item))
  return done
}
