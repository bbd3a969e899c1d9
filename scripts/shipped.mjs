// Third-party software in what Treetop ships: the app's own dependencies, what is bundled into the page, and Electron.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { at } from './place.mjs'

/**
 * @typedef {{ name: string, version: string, licence: string, text: string }} Shipped `licence` is an SPDX identifier, or what the
 * package says instead; `text` is its licence file, empty where it has none.
 */

const LICENCE_FILE = /^(?:licen[cs]e|copying)(?:[.-].*)?$/i

/**
 * Every third-party package in a built Treetop, by name and version, each once. Throws when the page was not built.
 * @returns {Shipped[]}
 */
export function shipped() {
  const packages = new Map()
  for (const each of [...dependencies(), ...bundled(), electron()]) {
    const key = `${each.name}@${each.version}`
    // The first is the package's own folder, which has the whole text.
    if (!packages.has(key)) packages.set(key, each)
  }
  return [...packages.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

/** What package-lock.json has without development dependencies, as far as it is installed: the rest is for other systems. */
function dependencies() {
  const { packages } = JSON.parse(readFileSync(at('package-lock.json'), 'utf8'))
  return Object.entries(packages)
    .filter(([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional && existsSync(at(path)))
    .map(([path]) => installed(path))
}

/** What vite bundled into the page (`build.license` in renderer.vite.config.ts). */
function bundled() {
  return JSON.parse(readFileSync(at('out', 'renderer', 'licenses.json'), 'utf8')).map(
    ({ name, version, identifier, text }) => ({
      name,
      version,
      licence: identifier ?? 'see text',
      text: text ?? ''
    })
  )
}

/** Electron's own licence. Chromium's and Node's are in LICENSES.chromium.html, which lies beside the program in each package. */
function electron() {
  return installed('node_modules/electron')
}

function installed(path) {
  const { name, version, license } = JSON.parse(readFileSync(at(path, 'package.json'), 'utf8'))
  const file = readdirSync(at(path)).find((each) => LICENCE_FILE.test(each))
  return {
    name,
    version,
    licence: typeof license === 'string' ? license : (license?.type ?? 'see text'),
    text: file ? readFileSync(at(path, file), 'utf8').trim() : ''
  }
}
