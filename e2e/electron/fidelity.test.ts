import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import ts from 'typescript'
import { beforeAll, describe, expect, it } from 'vitest'
import { standInFlags } from './stand-in-flags'

const folder = import.meta.dirname
const root = resolve(folder, '../..')

/** Runs a script on the stand-in in a separate process, and returns the JSON that it prints. */
function onStandIn(script: string): unknown {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [...standInFlags(), '--input-type=module', '--eval', script],
    { cwd: root, encoding: 'utf8' }
  )
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout)
}

/** Evaluates expressions in main when the app is ready, and returns the error of each. */
function faults(expressions: readonly string[]): string[] {
  return onStandIn(`
    import { app, BrowserWindow, dialog, Menu, protocol, screen, session } from 'electron'
    const fault = (act) => { try { act(); return 'nothing' } catch (error) { return error.message } }
    app.whenReady().then(() => {
      const window = new BrowserWindow({ webPreferences: { preload: 'package.json' } })
      const menu = Menu.buildFromTemplate([{ label: 'One' }])
      const said = [${expressions.map((each) => `fault(() => ${each})`).join(', ')}]
      process.stdout.write(JSON.stringify(said), () => process.exit(0))
    })`) as string[]
}

/** Names of members, of static members, and of events, of each class and interface in Electron's own types. */
interface Declared {
  members: Set<string>
  statics: Set<string>
  events: Set<string>
}

/** The properties of an object type that has a name. */
function propertiesOf(alias: ts.TypeAliasDeclaration): Declared {
  const members = new Set<string>()
  const visit = (node: ts.Node): void => {
    if (ts.isPropertySignature(node)) members.add(node.name.getText())
    ts.forEachChild(node, visit)
  }
  visit(alias)
  return { members, statics: new Set(), events: new Set() }
}

function declaredByElectron(): Map<string, Declared> {
  const path = createRequire(import.meta.url).resolve('electron/electron.d.ts')
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true)
  const all = new Map<string, Declared>()
  const parents = new Map<string, string[]>()
  const visit = (node: ts.Node): void => {
    if ((ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node)) && node.name) {
      const found = all.get(node.name.text) ?? { members: new Set(), statics: new Set(), events: new Set() }
      all.set(node.name.text, found)
      parents.set(
        node.name.text,
        (node.heritageClauses ?? []).flatMap(({ types }) =>
          types.map(({ expression }) => expression.getText())
        )
      )
      for (const member of node.members) {
        const name = member.name?.getText()
        if (name === undefined) continue
        const isStatic =
          ts.canHaveModifiers(member) &&
          ts.getModifiers(member)?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword)
        ;(isStatic ? found.statics : found.members).add(name)
        const first =
          ts.isMethodDeclaration(member) || ts.isMethodSignature(member)
            ? member.parameters[0]?.type
            : undefined
        if (name === 'on' && first && ts.isLiteralTypeNode(first) && ts.isStringLiteral(first.literal))
          found.events.add(first.literal.text)
      }
    }
    if (ts.isTypeAliasDeclaration(node) && !all.has(node.name.text))
      all.set(node.name.text, propertiesOf(node))
    ts.forEachChild(node, visit)
  }
  visit(file)
  for (const [name, found] of all)
    for (const parent of parents.get(name) ?? []) {
      for (const kind of ['members', 'statics', 'events'] as const)
        for (const each of all.get(parent)?.[kind] ?? []) found[kind].add(each)
    }
  return all
}

const EMITTER = [
  'on',
  'once',
  'addListener',
  'prependListener',
  'prependOnceListener',
  'off',
  'removeListener'
]
const MORE = ['removeAllListeners', 'emit', 'listenerCount', 'eventNames']

describe('the stand-in has only names that Electron has', () => {
  let electron: Map<string, Declared>
  let standIn: [string, { names: string[]; events: string[] }][]

  beforeAll(() => {
    electron = declaredByElectron()
    standIn = onStandIn(`
      import { app, BrowserWindow, Menu, nativeImage, Notification, Tray, screen } from 'electron'
      import { registry } from '${new URL('strict.ts', import.meta.url).href}'
      app.whenReady().then(() => {
        new BrowserWindow({ webPreferences: { preload: 'package.json' } })
        Menu.buildFromTemplate([{ label: 'One' }])
        new Notification({ title: '', body: '' })
        new Tray(nativeImage.createFromPath('package.json'))
        process.stdout.write(JSON.stringify([...registry]), () => process.exit(0))
      })`) as typeof standIn
  })

  it('for every object', () => {
    const names = standIn.map(([name]) => name.replace(' (static)', ''))
    expect(names).toEqual(
      expect.arrayContaining(['App', 'BrowserWindow', 'WebContents', 'Menu', 'Dialog', 'Screen'])
    )
    expect(names.filter((name) => !electron.has(name))).toEqual([])
  })

  it('for every method and property', () => {
    const invented = standIn.flatMap(([title, { names }]) => {
      const name = title.replace(' (static)', '')
      const { members, statics } = electron.get(name) ?? { members: new Set(), statics: new Set() }
      // `session` and `protocol` are objects whose types are classes' too.
      const known = title === name ? members : new Set([...statics, 'prototype'])
      return names
        .filter((each) => !known.has(each) && !(EMITTER.includes(each) || MORE.includes(each)))
        .map((each) => `${title}.${each}`)
    })
    expect(invented).toEqual([])
  })

  it('for every event', () => {
    const invented = standIn.flatMap(([title, { events }]) =>
      events.filter((event) => !electron.get(title)?.events.has(event)).map((event) => `${title}: ${event}`)
    )
    expect(invented).toEqual([])
  })
})

describe('the stand-in throws on unknown API', () => {
  const attempts = [
    ['a function of an object', 'app.getGPUInfo("basic")'],
    ['a property', 'BrowserWindow.getAllWindows()[0].title'],
    ['a property that is set', 'BrowserWindow.getAllWindows()[0].title = "x"'],
    ['a field of its own', 'BrowserWindow.getAllWindows()[0].bounds'],
    ['a question whether there is one', '"setTitle" in window'],
    ['a property that is deleted', 'delete window.webContents'],
    ['a nested object', 'window.webContents.mainFrame.frames'],
    ['a page’s function', 'window.webContents.openDevTools()'],
    ['an event of the app', 'app.on("certificate-error", () => {})'],
    ['an event of a window', 'window.once("swipe", () => {})'],
    ['an event of a page', 'window.webContents.on("did-fail-load", () => {})'],
    ['a menu’s function', 'menu.closePopup()'],
    ['an entry’s property', 'menu.items[0].toolTip'],
    ['a preference', 'new BrowserWindow({ webPreferences: { preload: "package.json", plugins: true } })'],
    ['a role', 'Menu.buildFromTemplate([{ role: "toggleDevTools" }])'],
    ['an option of entries', 'Menu.buildFromTemplate([{ label: "x", icon: "y" }])'],
    ['a session’s function', 'session.defaultSession.clearCache()'],
    ['a session of another name', 'session.fromPath("x")'],
    ['a display’s property', 'screen.getPrimaryDisplay().rotation']
  ] as const
  let said: string[]

  beforeAll(() => {
    said = faults(attempts.map(([, expression]) => expression))
  })

  it.each(attempts.map(([what], index) => [what, index] as const))('%s', (_, index) => {
    expect(said[index]).toMatch(/^The stand-in for Electron does not know/)
  })

  it('a module', () => {
    expect(() => onStandIn(`import { clipboard } from 'electron'; console.log(clipboard)`)).toThrow(
      "does not provide an export named 'clipboard'"
    )
  })

  it('an option of a dialog', () => {
    const rejected = onStandIn(`
      import { app, dialog } from 'electron'
      app.whenReady().then(() => dialog.showMessageBox({ message: 'x', icon: 'y' })).catch(({ message }) =>
        process.stdout.write(JSON.stringify(message), () => process.exit(0)))`)
    expect(rejected).toBe('The stand-in for Electron does not know message box.icon')
  })
})

describe('the stand-in is as strict as Electron', () => {
  it('throws on calls before the app is ready', () => {
    const early = onStandIn(`
      import { app, BrowserWindow, protocol, safeStorage, screen, session } from 'electron'
      const fault = (act) => { try { act(); return 'nothing' } catch (error) { return error.message } }
      const said = [
        fault(() => new BrowserWindow({ webPreferences: { preload: 'package.json' } })),
        fault(() => safeStorage.encryptString('x')),
        safeStorage.isEncryptionAvailable(),
        safeStorage.getSelectedStorageBackend(),
        fault(() => screen.getAllDisplays()),
        fault(() => session.defaultSession),
        fault(() => protocol.handle('app', () => new Response())),
        app.getLocale(),
        fault(() => protocol.registerSchemesAsPrivileged([])),
        fault(() => protocol.registerSchemesAsPrivileged([]))
      ]
      process.stdout.write(JSON.stringify(said), () => process.exit(0))`)
    expect(early).toEqual([
      'Cannot create BrowserWindow before app is ready',
      'safeStorage cannot be used before app is ready',
      false,
      'unknown',
      "The 'screen' module can't be used before the app 'ready' event",
      'Session can only be received when app is ready',
      'Session can only be received when app is ready',
      '',
      'nothing',
      'protocol.registerSchemesAsPrivileged can be called only once'
    ])
  })

  it('throws on calls that come too late, come twice, or target a destroyed object', () => {
    const said = faults([
      'app.enableSandbox()',
      'protocol.registerSchemesAsPrivileged([])',
      'protocol.handle("app", () => new Response())',
      'protocol.handle("app", () => new Response())',
      'app.getPath("nowhere")',
      'window.webContents.send("x", () => 1)',
      'Menu.buildFromTemplate([{}])',
      'Menu.setApplicationMenu({})',
      '(window.destroy(), window.isDestroyed() || "alive", window.show())'
    ])
    expect(said).toEqual([
      'app.enableSandbox() can only be called before app is ready',
      'protocol.registerSchemesAsPrivileged should be called before app is ready',
      'nothing',
      'Failed to register protocol: app',
      "Failed to get 'nowhere' path",
      'Failed to serialize arguments',
      'Invalid template for MenuItem: must have at least one of label, role or type',
      'Invalid menu',
      'Object has been destroyed'
    ])
  })

  it('normalizes menu entries like Electron: roles in lower case, accelerators, no separators at the ends', () => {
    const items = onStandIn(`
      import { app, Menu } from 'electron'
      app.whenReady().then(() => {
        const line = { type: 'separator' }
        const { items } = Menu.buildFromTemplate([line, { role: 'selectAll' }, line, line, { label: 'Mine', enabled: false }, line])
        const said = items.map(({ label, role, type, accelerator, enabled }) => [label, role, type, accelerator, enabled])
        process.stdout.write(JSON.stringify(said), () => process.exit(0))
      })`)
    expect(items).toEqual([
      ['Select All', 'selectall', 'normal', 'CommandOrControl+A', true],
      ['', null, 'separator', null, true],
      ['Mine', null, 'normal', null, false]
    ])
  })
})

describe('the app quits like Electron', () => {
  /** The events that an app receives while it quits, with two windows, after running `act` once they are open. */
  const told = (act: string, more = ''): unknown =>
    onStandIn(`
      import { app, BrowserWindow } from 'electron'
      const said = []
      for (const event of ['window-all-closed', 'before-quit', 'will-quit', 'quit'])
        app.on(event, () => said.push(event))
      process.on('exit', (code) => console.log(JSON.stringify([...said, code])))
      ${more}
      app.whenReady().then(() => {
        said.push(app.isReady())
        const windows = [1, 2].map(() => new BrowserWindow({ webPreferences: { preload: 'package.json' } }))
        windows.forEach((window, index) => window.on('closed', () => said.push('closed ' + index)))
        ${act}
      })`)

  it('when the last window is closed', () => {
    expect(told('windows.forEach((window) => window.destroy()); setImmediate(() => app.exit(0))')).toEqual([
      true,
      'closed 0',
      'closed 1',
      'window-all-closed',
      'quit',
      0
    ])
  })

  it('on exit: windows close, and only quit is emitted', () => {
    expect(told('app.exit(3)')).toEqual([true, 'closed 0', 'closed 1', 'quit', 3])
  })

  it('on quit without windows', () => {
    const ended = told(`windows.forEach((window) => window.destroy()); said.length = 0; app.quit()`)
    expect(ended).toEqual(['before-quit', 'will-quit', 'quit', 0])
  })

  it('keeps running when before-quit is prevented', () => {
    const ended = told(
      'app.quit(); app.quit(); setImmediate(() => app.exit(0))',
      'app.on("before-quit", (event) => event.preventDefault())'
    )
    expect(ended).toEqual([true, 'before-quit', 'before-quit', 'closed 0', 'closed 1', 'quit', 0])
  })
})
