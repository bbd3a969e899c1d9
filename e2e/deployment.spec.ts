import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { expect, test } from '@playwright/test'
import { at } from '../scripts/place.mjs'
import { fillImage, readContainer } from './fixtures/container'
import { NpmPackage } from './fixtures/npm-package'
import { freePort } from './fixtures/port'
import { TestProcess } from './fixtures/process'

/** Installed browser mode: as an npm package, in a container, as a service. No container engine runs here. */

const { version } = JSON.parse(readFileSync(at('package.json'), 'utf8')) as { version: string }
/** The id of Debian's user `nobody`: when the tests run as root, they use it in place of the container's user. */
const NOBODY = 65_534
const isRoot = process.getuid?.() === 0

let installed: NpmPackage

test.describe('installed from its npm package', () => {
  test.describe.configure({ mode: 'serial' })

  test.beforeAll(() => {
    test.setTimeout(180_000)
    installed = new NpmPackage()
    installed.install()
  })

  test.afterAll(() => installed.remove())

  test('provides the command and contains its runtime dependencies and nothing else @slow', () => {
    const path = [dirname(process.execPath), process.env['PATH']].join(delimiter)
    const treetop = (...args: string[]): string =>
      execFileSync(installed.command, args, {
        encoding: 'utf8',
        env: { ...process.env, PATH: path },
        shell: process.platform === 'win32'
      })
    expect(treetop('--version')).toBe(`${version}\n`)
    expect(treetop('--help')).toContain('Usage: treetop [options]')
    expect(treetop('export', '--help')).toContain('--format')
    // Bundled, unlike the other dependencies.
    expect(treetop('completion', 'bash')).toContain('complete -F _treetop treetop')
    const places = new Set(installed.files().map((file) => file.split('/').slice(0, 2).join('/')))
    expect([...places].sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'docs/BROWSER-MODE.md',
      'docs/COMMAND-LINE.md',
      'out/THIRD-PARTY-NOTICES.txt',
      'out/main',
      'out/preload',
      'out/renderer',
      'package.json',
      'resources/treetop.service'
    ])
  })
})

test('the container command refuses to start without a token, hides the token, and passes its health check @slow', async () => {
  test.skip(process.platform !== 'linux', 'A container is a Linux.')
  test.setTimeout(180_000)
  const container = readContainer()
  const { entrypoint, health, user, volume, port } = container
  expect(user).toBe('node')
  const image = mkdtempSync(join(tmpdir(), 'treetop-image-'))
  chmodSync(image, 0o755)
  fillImage(image, container)
  expect(readdirSync(join(image, 'node_modules', 'better-sqlite3', 'prebuilds'))).toEqual([
    `linux-${process.arch}.node`
  ])
  // A Node that every user of the machine may run, wherever the project is.
  copyFileSync(process.execPath, join(image, 'node'))
  const data = mkdtempSync(join(tmpdir(), 'treetop-container-'))
  chmodSync(data, 0o700)
  const secret = join(data, 'secret')
  writeFileSync(secret, 'kept to ourselves\n', { mode: 0o400 })
  if (isRoot) for (const path of [data, secret]) chownSync(path, NOBODY, NOBODY)
  const own = String(await freePort())
  // Here the image's folders are temporary ones, its port is a free one, and its `node` is the one that runs the tests.
  const here = (words: string[]): string[] =>
    words.map((word) =>
      word === volume ? data : word === String(port) ? own : word.replace(`:${port}/`, `:${own}/`)
    )
  const [node, entry, ...flags] = here(entrypoint)
  expect([node, entry]).toEqual(['node', 'out/main/headless.js'])
  const start = (env: Record<string, string>): TestProcess =>
    new TestProcess(join(image, 'node'), [join(image, entry!), ...flags], env, {
      ...(isRoot && { uid: NOBODY, gid: NOBODY })
    })

  const refused = start({})
  expect(await refused.exit()).toBe(2)
  expect(refused.output).toMatch(
    /^Listening on 0\.0\.0\.0 lets others on the network in\. .*TREETOP_TOKEN_FILE.*\.\n$/
  )

  const treetop = start({ TREETOP_TOKEN_FILE: secret })
  try {
    await treetop.until(/Treetop is at http:\/\/127\.0\.0\.1:\d+\/\?token=kept%20to%20ourselves/)
    const [, ...check] = here(health)
    expect(spawnSync(process.execPath, check).status).toBe(0)
    const elsewhere = check.map((word) => word.replace(`:${own}/`, ':1/'))
    expect(spawnSync(process.execPath, elsewhere).status).toBe(1)
    expect(existsSync(join(data, 'history'))).toBe(true)
    if (isRoot) expect(statSync(join(data, 'history')).uid).toBe(NOBODY)
  } finally {
    expect(await treetop.stop()).toBe(0)
    for (const folder of [data, image]) rmSync(folder, { recursive: true, force: true })
  }
})

test('the systemd unit is valid and exposes little attack surface', () => {
  test.skip(process.platform !== 'linux', 'There is systemd on Linux only.')
  const folder = mkdtempSync(join(tmpdir(), 'treetop-unit-'))
  try {
    const unit = join(folder, 'treetop.service')
    const check = (text: string): { status: number | null; said: string } => {
      writeFileSync(unit, text)
      // systemd verifies that the program it starts exists.
      const { status, stderr } = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' })
      return { status, said: stderr }
    }
    const text = readFileSync(at('resources', 'treetop.service'), 'utf8').replace(
      '/usr/bin/node',
      process.execPath
    )
    expect(check(text)).toEqual({ status: 0, said: '' })
    expect(check(text.replace('NoNewPrivileges', 'NoNewPrivilege')).said).toContain('NoNewPrivilege')

    writeFileSync(unit, text)
    const { stdout, status } = spawnSync(
      'systemd-analyze',
      ['security', '--offline=true', '--no-pager', '--threshold=20', unit],
      { encoding: 'utf8' }
    )
    expect(stdout).toMatch(/Overall exposure level for treetop\.service: [01]\.\d OK/)
    expect(status).toBe(0)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
