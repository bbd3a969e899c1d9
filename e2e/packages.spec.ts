import { existsSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from '@playwright/test'
import { NtExecutable, NtExecutableResource } from 'resedit'
import { at } from '../scripts/place.mjs'
import { full } from './extent'
import { BrowserMode } from './fixtures/browser-mode'
import { Sender } from './fixtures/senders'
import { archived, fuses, headerHash, outside, pack, packDeb, unpack } from './fixtures/package'
import type { DistributionPlatform } from './fixtures/electron-distribution'
import { AppPage } from './pages/app'

/** `npm run dist`, up to the installers, around a stand-in for Electron's distribution: the packed files are real, the runtime is not. */

/** Maximum size of the app itself in bytes, without SQLite. */
const LIMIT = 17_000_000

/**
 * Run as Node, cookie encryption, NODE_OPTIONS, --inspect, archive integrity, only from the archive, snapshot of its own, rights for file:.
 * What follows is Electron's own.
 */
const FUSES = /^01001100/

/** The targets that can be packed here: each system packs for itself, Linux for all three. */
const systems: DistributionPlatform[] =
  process.platform === 'linux' ? ['linux', 'darwin', 'win32'] : [process.platform as DistributionPlatform]

/** Processor architectures per system: both, or only the one that most of its machines have. */
const processors = {
  linux: full ? ['x64', 'arm64'] : ['x64'],
  darwin: full ? ['x64', 'arm64'] : ['arm64'],
  win32: full ? ['x64', 'arm64'] : ['x64']
}

for (const platform of systems) {
  test(`the package for ${platform} contains the whole app and nothing else @slow`, async () => {
    test.setTimeout(180_000)
    const { packages, remove } = await pack(platform, processors[platform])
    try {
      for (const made of packages) {
        const files = archived(made)
        const paths = [...files.keys()]
        const native = `node_modules/better-sqlite3/prebuilds/${platform}-${made.arch}.node`
        expect(outside(made)).toEqual([native])
        expect([...files].filter(([, { unpacked }]) => unpacked).map(([path]) => path)).toEqual([native])
        expect(paths.filter((path) => path.endsWith('.node'))).toEqual([native])

        const places = new Set(
          paths.map((path) =>
            path
              .split('/')
              .slice(0, path.startsWith('out/') ? 2 : 1)
              .join('/')
          )
        )
        expect([...places].sort()).toEqual(
          [
            'LICENSE',
            'node_modules',
            'out/THIRD-PARTY-NOTICES.txt',
            'out/main',
            'out/preload',
            'out/renderer',
            'package.json',
            'resources'
          ].sort()
        )
        expect(
          paths.filter((path) => path.startsWith('resources/') && !path.startsWith('resources/tray/'))
        ).toEqual([])
        expect(
          paths.filter((path) =>
            /\.(?:d\.[cm]?ts|[cm]?ts|map|test\.[cm]?js)$|\/(?:deps|test|e2e)\//.test(path)
          )
        ).toEqual([])
        // Licences travel with the software: of dependencies, of what is bundled into the page, of Electron and Chromium.
        expect(paths).toEqual(
          expect.arrayContaining(['node_modules/mqtt/LICENSE.md', 'node_modules/zod/LICENSE'])
        )
        // On macOS electron-builder takes them out of Electron's own zip, which the stand-in is not.
        if (platform !== 'darwin')
          for (const file of ['LICENSE.electron.txt', 'LICENSES.chromium.html'])
            expect(existsSync(join(made.directory, file)), file).toBe(true)
        expect(
          paths.filter((path) => /^out\/main\/chunks\/worker-.*\.js$/.test(path)).length
        ).toBeGreaterThanOrEqual(3)
        expect(
          paths.filter((path) => /^node_modules\/(?:electron|vite|typescript|svelte)\//.test(path))
        ).toEqual([])

        const size = [...files].reduce((total, [, { size, unpacked }]) => total + (unpacked ? 0 : size), 0)
        console.log(
          `${platform} ${made.arch}: ${(size / 1e6).toFixed(1)} MB without SQLite, ${paths.length} files`
        )
        expect(size).toBeGreaterThan(2_000_000)
        expect(size).toBeLessThan(LIMIT)

        expect(await fuses(made)).toMatch(FUSES)
        // A build without a known repository has no address to check for updates.
        expect(existsSync(join(made.resources, 'app-update.yml'))).toBe(false)
        if (platform === 'darwin') {
          const plist = readFileSync(join(made.program, 'Contents', 'Info.plist'), 'utf8')
          expect(plist).toContain(`<string>${headerHash(made)}</string>`)
          expect(plist).toMatch(/<string>mqtt<\/string>\s*<string>mqtts<\/string>/)
          expect(plist).toMatch(/CFBundleTypeExtensions<\/key>\s*<array>\s*<string>treetop</)
          expect(plist).toContain('NSLocalNetworkUsageDescription')
        }
        if (platform === 'win32') expect(integrityOf(made.program)).toBe(headerHash(made))
      }
    } finally {
      remove()
    }
  })
}

test('the notices name the dependencies, the libraries bundled into the page, and Electron, each once', () => {
  const notices = readFileSync(at('out', 'THIRD-PARTY-NOTICES.txt'), 'utf8')
  const heads = notices.match(/^\S+ \d+\.\d+\.\S+ \(.+\)$/gm) ?? []
  const names = heads.map((head) => head.split(' ')[0])
  for (const name of ['mqtt', 'better-sqlite3', 'svelte', 'uplot', 'bits-ui', '@codemirror/view', 'electron'])
    expect(names).toContain(name)
  expect(names).not.toContain('typescript')
  expect(new Set(heads).size).toBe(heads.length)
})

test('a package built from a known repository checks for updates there @slow', async () => {
  test.skip(process.platform !== 'linux', 'Elsewhere the file is written with the installers.')
  test.setTimeout(120_000)
  const { packages, remove } = await pack('linux', [process.arch], { GITHUB_REPOSITORY: 'somebody/treetop' })
  try {
    const update = readFileSync(join(packages[0]!.resources, 'app-update.yml'), 'utf8')
    expect(update).toContain('provider: github')
    expect(update).toContain('owner: somebody')
    expect(update).toContain('repo: treetop')
  } finally {
    remove()
  }
})

test('the Debian package adds a menu entry, opens recordings and links, and declares its dependencies @slow', async () => {
  test.skip(process.platform !== 'linux', 'A deb is made on Linux.')
  test.setTimeout(120_000)
  const { args, desktopEntry } = await packDeb()
  for (const line of [
    'Exec=/opt/Treetop/treetop %U',
    'StartupWMClass=treetop',
    'Categories=Network;Development;',
    'MimeType=application/x-treetop;x-scheme-handler/mqtt;x-scheme-handler/mqtts;'
  ])
    expect(desktopEntry.split('\n')).toContain(line)
  expect(args.filter((_, index) => args[index - 1] === '-d')).toEqual(
    expect.arrayContaining(['libgtk-3-0t64 | libgtk-3-0', 'libnss3', 'libsecret-1-0'])
  )
  expect(args.find((arg) => arg.endsWith('.deb'))).toMatch(/\/Treetop-\d+\.\d+\.\d+-linux-amd64\.deb$/)
  expect(args.filter((arg) => arg.endsWith('/apps/treetop.png')).length).toBeGreaterThanOrEqual(8)
  expect(args.filter((arg) => arg.endsWith('=/usr/share/mime/packages/treetop.xml'))).toHaveLength(1)
})

test('the packed app runs on plain Node with its packed files only @slow', async ({ context, page }) => {
  test.setTimeout(180_000)
  const { packages, remove } = await pack(process.platform as DistributionPlatform, [process.arch])
  const folder = unpack(packages[0]!)
  for (let above = dirname(folder); above !== dirname(above); above = dirname(above))
    expect(existsSync(join(above, 'node_modules')), `${above}/node_modules`).toBe(false)
  const treetop = new BrowserMode(context, join(folder, 'out', 'main', 'headless.js'))
  try {
    await treetop.start('--broker')
    await page.goto(treetop.url)
    const app = new AppPage(page)
    await app.expectOnline()
    const sender = await Sender.start(treetop.brokerPort, 'packed/number', 1)
    await app.select('packed/number')
    await expect(app.payload).toContainText(/\d/)
    await sender.stop()

    const output = test.info().outputPath('packed.jsonl')
    const profile = ['--data-dir', treetop.dataDirectory, '--profile', 'Local broker']
    const ended = await treetop.command('export', ...profile, '--format', 'jsonl', '--output', output)
    expect(ended).toMatchObject({ code: 0 })
    const numbers = readFileSync(output, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { topic: string; payload: string })
      .filter(({ topic }) => topic === 'packed/number')
      .map(({ payload }) => Number(payload))
    expect(numbers).toEqual(expect.arrayContaining(sender.acknowledged))
    expect(numbers.length).toBeGreaterThan(0)
    expect(await treetop.faults()).toEqual([])
  } finally {
    await treetop.remove()
    rmSync(folder, { recursive: true, force: true })
    remove()
  }
})

/** The archive hash that is embedded in the Windows program. */
function integrityOf(program: string): unknown {
  const { entries } = NtExecutableResource.from(NtExecutable.from(readFileSync(program)))
  const entry = entries.find(({ type }) => type === 'INTEGRITY')
  const [archive] = JSON.parse(Buffer.from(entry!.bin).toString()) as { file: string; value: string }[]
  expect(archive!.file).toBe('resources\\app.asar')
  return archive!.value
}
