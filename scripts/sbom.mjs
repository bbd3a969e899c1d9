// Prints a software bill of materials (CycloneDX 1.6, JSON) of a built Treetop: its dependencies, the page's packages, and Electron.
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { at } from './place.mjs'
import { shipped } from './shipped.mjs'

/**
 * The bill of materials of an app in CycloneDX 1.6 format.
 * @param {{ name: string, version: string }} app
 * @param {import('./shipped.mjs').Shipped[]} packages
 */
export function billOf({ name, version }, packages) {
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'application', 'bom-ref': `${name}@${version}`, name, version } },
    components: packages.map((each) => ({
      type: 'library',
      'bom-ref': `${each.name}@${each.version}`,
      name: each.name,
      version: each.version,
      purl: `pkg:npm/${each.name.replace('@', '%40')}@${each.version}`,
      licenses: [{ license: { name: each.licence } }]
    }))
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const app = JSON.parse(readFileSync(at('package.json'), 'utf8'))
  console.log(JSON.stringify(billOf(app, shipped()), null, 2))
}
