// The third-party notices in every package: out/THIRD-PARTY-NOTICES.txt, written with each build.
import { writeFileSync } from 'node:fs'
import { at } from './place.mjs'
import { shipped } from './shipped.mjs'

const HEAD = `Treetop contains the software below, under the licences that follow each name.

Electron contains Chromium and Node.js. Their licences are in LICENSES.chromium.html, beside the program.
`

/** Writes the notices for the current build. */
export function writeNotices() {
  writeFileSync(at('out', 'THIRD-PARTY-NOTICES.txt'), noticesOf(shipped()))
}

/**
 * One section per package: its name, version and licence, then the licence text.
 * @param {import('./shipped.mjs').Shipped[]} packages
 */
export function noticesOf(packages) {
  const sections = packages.map(({ name, version, licence, text }) =>
    [`${name} ${version} (${licence})`, text].filter(Boolean).join('\n\n')
  )
  return [HEAD, ...sections].join(`\n${'-'.repeat(80)}\n\n`) + '\n'
}
