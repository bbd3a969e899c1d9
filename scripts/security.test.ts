import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

/** Table rows of docs/SECURITY.md, split into cells. */
const rows = read('docs/SECURITY.md')
  .split('\n')
  .filter((line) => /^\| (?!-|#|What )/.test(line))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim())
  )
const paths = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, path]) => path!)

describe('docs/SECURITY.md', () => {
  it('covers all of Electron’s checklist, in its order', () => {
    const numbers = rows.map(([first]) => Number(first)).filter((number) => !Number.isNaN(number))
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
  })

  it.each(rows.map((row) => [row[0] === String(Number(row[0])) ? row[1]! : row[0]!, row] as const))(
    'names tests that exercise the files it names: %s',
    (_item, row) => {
      const [where, held] = row.slice(-2) as [string, string]
      const tests = paths(held)
      expect(paths(where).length).toBeGreaterThan(0)
      expect(tests.length).toBeGreaterThan(0)
      for (const path of [...paths(where), ...tests]) expect(existsSync(join(root, path)), path).toBe(true)
      for (const path of tests) expect(read(path), path).toMatch(/^\s*(?:it|test)(?:\.each\([\s\S]*?\))?\(/m)

      // Scenarios run the whole built app, and this file reads all sources. A unit test must import the file that it is cited for.
      if (tests.some((path) => path.startsWith('e2e/') || path === 'scripts/security.test.ts')) return
      const reached = new Set(tests.flatMap((path) => [...imported(path)]))
      for (const path of paths(where))
        expect(
          [...reached].some((each) => each.startsWith(path)),
          `${held} imports ${path}`
        ).toBe(true)
    }
  )
})

/** Every source file that a file imports, directly or indirectly. */
function imported(path: string, found = new Set<string>()): Set<string> {
  for (const [, specifier] of read(path).matchAll(/from '(\.[^'?]*)/g)) {
    const target = join(dirname(path), specifier!)
    const file = [`${target}.ts`, target, `${target}/index.ts`].find(
      (each) => existsSync(join(root, each)) && statSync(join(root, each)).isFile()
    )
    if (file === undefined || found.has(file)) continue
    found.add(file)
    imported(file, found)
  }
  return found
}

/** The text of each shipped file below a folder. */
function sources(folder: string): [string, string][] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name}`)
    .filter(
      (path) => /\.(?:ts|svelte|html)$/.test(path) && !/\.test\.ts$|fixture\.ts$|\/paraglide\//.test(path)
    )
    .map((path) => [path, read(path)])
}

/** Where a pattern occurs in shipped code, ignoring comments. */
function uses(pattern: RegExp, ...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    sources(folder)
      .filter(([, text]) => pattern.test(text.replace(/\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->|\/\/ .*/g, '')))
      .map(([path]) => path)
  )
}

describe('shipped code', () => {
  it.each([
    /nodeIntegration\w*:\s*true/,
    /(?:sandbox|contextIsolation|webSecurity):\s*false/,
    /allowRunningInsecureContent|experimentalFeatures|enableBlinkFeatures|allowpopups/,
    /webviewTag:\s*true|<webview/,
    /disable-web-security|ignore-certificate-errors|remote-debugging/,
    /appendSwitch|appendArgument/,
    /'certificate-error'|setCertificateVerifyProc|'select-client-certificate'/,
    /@electron\/remote|crashReporter/,
    /['"`]file:\/\//,
    /ipcMain\.handle\b/
  ])('has no %s', (pattern) => {
    expect(uses(pattern, 'src/main', 'src/preload')).toEqual([])
  })

  it('never turns text into markup', () => {
    const markup =
      /\{@html|innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|srcdoc|new Function\(|\beval\(/
    expect(uses(markup, 'src/renderer')).toEqual([])
  })

  it('opens addresses, and talks to pages, in one place each', () => {
    expect(uses(/shell\.openExternal/, 'src/main')).toEqual(['src/main/electron/outside.ts'])
    expect(uses(/ipcMain\.on\(/, 'src/main')).toEqual(['src/main/electron/ipc.ts'])
    expect(uses(/exposeInMainWorld/, 'src/preload')).toEqual(['src/preload/index.ts'])
    expect(uses(/enableSandbox\(\)/, 'src/main')).toEqual(['src/main/electron/desktop.ts'])
  })

  it('checks whether the sandbox is off, and never turns it off', () => {
    expect(uses(/no-sandbox/, 'src/main', 'src/preload').sort()).toEqual([
      'src/main/electron/arguments.ts',
      'src/main/electron/desktop.ts'
    ])
    expect(read('electron-builder.config.ts')).not.toMatch(/executableArgs|no-sandbox/)
  })

  it('accepts certificates only where a profile says so', () => {
    // It passes on what a profile says.
    expect(uses(/rejectUnauthorized/, 'src/main')).toEqual(['src/main/mqtt/tls-options.ts'])
  })

  it('pins one exact version of Electron', () => {
    const { devDependencies } = JSON.parse(read('package.json')) as {
      devDependencies: Record<string, string>
    }
    expect(devDependencies['electron']).toMatch(/^\d+\.\d+\.\d+$/)
  })

  it('sets its fuses', () => {
    const fuses = read('electron-builder.config.ts')
    for (const fuse of [
      'runAsNode: false',
      'enableNodeOptionsEnvironmentVariable: false',
      'enableNodeCliInspectArguments: false',
      'enableCookieEncryption: true',
      'onlyLoadAppFromAsar: true',
      'enableEmbeddedAsarIntegrityValidation: true',
      'grantFileProtocolExtraPrivileges: false'
    ])
      expect(fuses).toContain(fuse)
  })
})
