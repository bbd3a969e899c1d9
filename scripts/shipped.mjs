// Third-party software shipped in Treetop: the app's own dependencies, packages bundled into the page, and Electron.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { at } from './place.mjs'

/**
 * @typedef {{ name: string, version: string, licence: string, text: string }} Shipped `licence` is an SPDX identifier, or what the
 * package says instead; `text` is its licence file, empty where it has none.
 */

const LICENCE_FILE = /^(?:licen[cs]e|copying)(?:[.-].*)?$/i

/**
 * Every third-party package in a built Treetop, by name and version, without duplicates. Throws when the page was not built.
 * @returns {Shipped[]}
 */
export function shipped() {
  const packages = new Map()
  for (const each of [...dependencies(), ...bundled(), electron()]) {
    const key = `${each.name}@${each.version}`
    // The first entry is the package's own folder, which has the full text.
    if (!packages.has(key)) packages.set(key, each)
  }
  return [...packages.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

/** The non-development dependencies of package-lock.json that are installed; the others are for other systems. */
function dependencies() {
  const { packages } = JSON.parse(readFileSync(at('package-lock.json'), 'utf8'))
  return Object.entries(packages)
    .filter(([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional && existsSync(at(path)))
    .map(([path]) => installed(path))
}

/** The packages that vite bundled into the page and the main process (`build.license` in their configurations). */
function bundled() {
  const lists = ['renderer', 'main'].map((part) => readFileSync(at('out', part, 'licenses.json'), 'utf8'))
  return lists
    .flatMap((list) => JSON.parse(list))
    .map(({ name, version, identifier, text }) => ({
      name,
      version,
      licence: identifier ?? 'see text',
      text: text ?? ''
    }))
}

/** Electron's own licence. Chromium's and Node's are in LICENSES.chromium.html, beside the executable in each package. */
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
