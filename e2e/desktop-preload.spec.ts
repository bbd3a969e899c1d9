/// <reference lib="dom" />
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Page } from '@playwright/test'
import { Desktop } from './fixtures/desktop'
import { expect, test as base } from './test'

const main = resolve(import.meta.dirname, 'small-app/main.mjs')

type Api = Record<string, (...args: unknown[]) => unknown>

/** The stand-in's rules for a sandboxed preload and its bridge to the page, tested with a small separate app. */
const test = base.extend<{ pageWith: (preload: string) => Promise<Page>; small: Desktop }>({
  small: async ({ context }, use) => {
    const small = new Desktop(context, {}, '', main)
    await use(small)
    await small.remove()
  },
  pageWith: async ({ small }, use) => {
    await use(async (preload) => {
      const file = test.info().outputPath('preload.cjs')
      writeFileSync(file, `const { contextBridge, ipcRenderer } = require('electron')\n${preload}`)
      await small.start({ TREETOP_SMALL_PRELOAD: file })
      return small.page()
    })
  }
})

/** The result of `api.name(...)` in the page, or the message of its error. */
async function call(page: Page, name: string, ...args: unknown[]): Promise<unknown> {
  return page.evaluate(
    ([key, given]) => {
      const { api } = window as unknown as { api: Api }
      try {
        return api[key]!(...given)
      } catch (error) {
        return `thrown: ${(error as Error).message}`
      }
    },
    [name, args] as const
  )
}

test('preload functions run synchronously and can return results, errors and functions', async ({
  pageWith
}) => {
  const page = await pageWith(`
    contextBridge.exposeInMainWorld('api', {
      version: 7,
      nested: { list: [1, { deep: true }] },
      add: (a, b) => a + b,
      fail: () => { throw new TypeError('no such thing') },
      twice: (next) => next(next(1)),
      later: () => (by) => by * 2
    })`)
  expect(await call(page, 'add', 1, 2)).toBe(3)
  expect(await call(page, 'fail')).toBe('thrown: no such thing')
  const [sync, later, plain] = await page.evaluate(() => {
    const { api } = window as unknown as { api: Api }
    let before = true
    const result = api['twice']!((value: number) => (before ? value + 1 : 0))
    before = false
    return [result, (api['later']!() as (by: number) => number)(21), [api['version'], api['nested']]]
  })
  expect([sync, later, plain]).toEqual([3, 42, [7, { list: [1, { deep: true }] }]])
})

test('the exposed API is frozen permanently and has no prototypes', async ({ pageWith }) => {
  const page = await pageWith(`
    class Thing { constructor() { this.own = 1 } method() {} }
    contextBridge.exposeInMainWorld('api', { nested: { list: [1] }, thing: new Thing(), keep: (of) => of })
    let again = ''
    try { contextBridge.exposeInMainWorld('api', {}) } catch (error) { again = error.message }
    contextBridge.exposeInMainWorld('again', again)`)
  const found = await page.evaluate(() => {
    'use strict'
    const all = window as unknown as { api: { nested: { list: number[] }; thing: object } }
    const fault = (act: () => void): string => {
      try {
        act()
        return 'nothing'
      } catch (error) {
        return (error as Error).name
      }
    }
    return [
      fault(() => Object.assign(all.api, { more: 1 })),
      fault(() => all.api.nested.list.push(2)),
      fault(() => Object.assign(all, { api: {} })),
      fault(() => Object.defineProperty(all, 'api', { value: 1 })),
      JSON.stringify(all.api.thing),
      'method' in all.api.thing,
      (window as unknown as { again: string }).again
    ]
  })
  expect(found).toEqual([
    'TypeError',
    'TypeError',
    'TypeError',
    'TypeError',
    '{"own":1}',
    false,
    'Cannot bind an API on top of an existing property on the window object'
  ])
})

test('cycles, dates, maps and bytes survive the round trip to main', async ({ pageWith }) => {
  const page = await pageWith(`
    contextBridge.exposeInMainWorld('api', {
      say: (...said) => ipcRenderer.send('say', ...said),
      hear: (listener) => void ipcRenderer.on('said', (_event, ...said) => listener(...said))
    })`)
  const heard = await page.evaluate(
    () =>
      new Promise<unknown[]>((resolve) => {
        const { api } = window as unknown as { api: Api }
        api['hear']!((value: Record<string, never>, second: unknown) => {
          const { self, map, date, bytes, big, error } = value as unknown as {
            self: unknown
            map: Map<string, Set<number>>
            date: Date
            bytes: Uint8Array
            big: bigint
            error: Error
          }
          resolve([
            self === value,
            [...map.get('of')!],
            date.getTime(),
            [bytes.constructor.name, ...bytes],
            String(big),
            [error instanceof RangeError, error.message],
            second
          ])
        })
        const value: Record<string, unknown> = {
          map: new Map([['of', new Set([1, 2])]]),
          date: new Date(1_000),
          bytes: Uint8Array.of(0, 255),
          big: 2n ** 64n,
          error: new RangeError('far')
        }
        value['self'] = value
        api['say']!(value, 'second')
      })
  )
  expect(heard).toEqual([
    true,
    [1, 2],
    1_000,
    ['Uint8Array', 0, 255],
    '18446744073709551616',
    [true, 'far'],
    'second'
  ])
})

test('values that cannot cross are refused at once with Electron’s own message', async ({ pageWith }) => {
  const page = await pageWith(`
    contextBridge.exposeInMainWorld('api', {
      say: (...said) => ipcRenderer.send('say', ...said),
      own: () => ipcRenderer.send('say', { of: () => 1 }),
      nameless: () => ipcRenderer.send(7)
    })`)
  const refused = await page.evaluate(() => {
    const { api } = window as unknown as { api: Api }
    const values: unknown[] = [(): void => undefined, new Blob(['x']), { weak: new WeakMap() }]
    return values.map((value) => {
      try {
        api['say']!(value)
        return 'nothing'
      } catch (error) {
        return (error as Error).message
      }
    })
  })
  expect(refused).toEqual(refused.map(() => 'An object could not be cloned.'))
  expect(await call(page, 'own')).toBe('thrown: An object could not be cloned.')
  expect(await call(page, 'nameless')).toBe('thrown: Missing required channel argument')
})

test('a sandboxed preload has the globals Electron provides, and gets an error for anything else', async ({
  pageWith
}) => {
  const page = await pageWith(`
    const fault = (act) => { try { act(); return 'nothing' } catch (error) { return error.message } }
    contextBridge.exposeInMainWorld('api', {
      found: () => [
        fault(() => require('node:fs')),
        fault(() => require('./other.cjs')),
        typeof require('url').URL,
        typeof __dirname,
        typeof __filename,
        process.type,
        process.sandboxed,
        typeof setImmediate,
        global === globalThis
      ],
      unknown: () => [
        () => process.cwd(),
        () => require('electron').webFrame,
        () => ipcRenderer.invoke('x'),
        () => 'sendSync' in ipcRenderer,
        () => { contextBridge.more = 1 },
        () => require('events').EventEmitter,
        () => Buffer.from('x')
      ].map(fault)
    })`)
  expect(await call(page, 'found')).toEqual([
    'module not found: node:fs',
    'module not found: ./other.cjs',
    'function',
    'undefined',
    'undefined',
    'renderer',
    true,
    'function',
    true
  ])
  for (const message of (await call(page, 'unknown')) as string[])
    expect(message).toMatch(/^The stand-in for Electron does not know/)
})

test('when the preload throws, the page still loads and the error is reported as a fault of the app', async ({
  pageWith,
  small
}) => {
  const page = await pageWith(`throw new Error('broken on purpose')`)
  await expect(page.getByRole('heading')).toHaveText('Small')
  await expect.poll(() => small.faults()).toEqual([expect.stringContaining('broken on purpose')])
})

test('subframes of the page have no preload', async ({ pageWith }) => {
  const page = await pageWith(`contextBridge.exposeInMainWorld('api', { here: () => true })`)
  const inside = await page.evaluate(async () => {
    const frame = document.createElement('iframe')
    frame.src = 'data:text/html,<p>inside</p>'
    document.body.append(frame)
    await new Promise((resolve) => frame.addEventListener('load', resolve))
    const empty = document.createElement('iframe')
    document.body.append(empty)
    return 'api' in (empty.contentWindow as Window)
  })
  expect(inside).toBe(false)
})
