import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { registerScheme, servePage } from './page-protocol'

const electron = vi.hoisted(() => ({
  protocol: { registerSchemesAsPrivileged: vi.fn(), handle: vi.fn() }
}))
vi.mock('electron', () => electron)

const directory = mkdtempSync(join(tmpdir(), 'treetop-protocol-'))
const root = join(directory, 'renderer')
let answer: (request: Request) => Promise<Response>

beforeAll(() => {
  mkdirSync(root)
  writeFileSync(join(root, 'index.html'), '<!doctype html>')
  writeFileSync(join(directory, 'secret.json'), '{}')
  servePage(root)
  const [scheme, handler] = electron.protocol.handle.mock.calls[0]!
  expect(scheme).toBe('app')
  answer = handler as typeof answer
})

afterAll(() => rmSync(directory, { recursive: true }))

it('registers a secure standard scheme that does not bypass the content security policy', () => {
  registerScheme()
  expect(electron.protocol.registerSchemesAsPrivileged).toHaveBeenCalledWith([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } }
  ])
})

it('serves the page with content type and content security policy', async () => {
  const response = await answer(new Request('app://treetop/'))
  expect(response.status).toBe(200)
  expect(await response.text()).toBe('<!doctype html>')
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  const policy = response.headers.get('content-security-policy')!
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("script-src 'self';")
  expect(policy).toContain("connect-src 'none'")
})

it.each([
  'app://treetop/none.js',
  'app://other/',
  'app://treetop/..%2fsecret.json',
  'app://treetop/%2e%2e%2fsecret.json'
])('answers 404 at %s', async (url) => {
  expect((await answer(new Request(url))).status).toBe(404)
})
