import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { staticFile } from './static-files'

const folder = mkdtempSync(join(tmpdir(), 'treetop-static-'))
const root = join(folder, 'renderer')

beforeAll(() => {
  mkdirSync(join(root, 'assets'), { recursive: true })
  mkdirSync(join(folder, 'renderer-other'))
  writeFileSync(join(root, 'index.html'), 'page')
  writeFileSync(join(root, 'assets', 'index-1a2b.js'), 'script')
  writeFileSync(join(root, 'notes.txt'), 'not of the page')
  writeFileSync(join(folder, 'secret.json'), 'secret')
  writeFileSync(join(folder, 'renderer-other', 'x.json'), 'secret')
  symlinkSync(folder, join(root, 'up.json'))
})

afterAll(() => rmSync(folder, { recursive: true }))

it('serves the page at /, not immutable', async () => {
  expect(await staticFile(root, '/')).toEqual({
    body: Buffer.from('page'),
    type: 'text/html; charset=utf-8',
    immutable: false
  })
})

it('marks assets as immutable, because their names contain a hash', async () => {
  expect(await staticFile(root, '/assets/index-1a2b.js')).toEqual({
    body: Buffer.from('script'),
    type: 'text/javascript; charset=utf-8',
    immutable: true
  })
})

it.each([
  '/none.js',
  '/assets',
  '/assets/',
  '/notes.txt',
  '/up.json',
  '/../secret.json',
  '/%2e%2e/secret.json',
  '/..%2fsecret.json',
  '/assets/../../secret.json',
  '/..%5csecret.json',
  '/../renderer-other/x.json',
  '//secret.json',
  '/%00',
  '/index.html%00.js',
  '/%',
  '',
  `/${'a'.repeat(10_000)}.js`
])('returns null for %s', async (path) => {
  expect(await staticFile(root, path)).toBeNull()
})
