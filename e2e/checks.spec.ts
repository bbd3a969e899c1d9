import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { TestProcess } from './fixtures/process'
import { built } from './fixtures/treetop'

let folder: string

test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'treetop-checks-'))
})
test.afterEach(() => rmSync(folder, { recursive: true }))

function treetopTest(...args: string[]): TestProcess {
  return new TestProcess(
    process.execPath,
    [join(built, 'main/headless.js'), 'test', ...args],
    {},
    { cwd: folder }
  )
}

const steps = (payload: string): string =>
  `steps: [{ publish: { topic: lamp, payload: on } }, { expect: { topic: lamp, payload: ${payload}, within: ${payload === 'on' ? '10s' : '1s'} } }]`

test('treetop test runs checks with a fresh broker, reports, and keeps a recording of what failed', async () => {
  writeFileSync(join(folder, 'right.test.yaml'), `checks: [{ name: lamp is on, ${steps('on')} }]`)
  const passing = treetopTest('.')
  expect(await passing.exit()).toBe(0)
  expect(passing.output).toContain('✓ lamp is on')

  writeFileSync(join(folder, 'wrong.test.yaml'), `checks: [{ name: lamp is off, ${steps('off')} }]`)
  const failing = treetopTest('.', '--reporter', 'pretty,junit,json', '--artifacts', 'out')
  expect(await failing.exit()).toBe(1)
  expect(failing.output).toContain('payload: expected "off", but it is "on"')
  expect(failing.output).toContain('1 failed, 1 passed')
  expect(readFileSync(join(folder, 'treetop-report.xml'), 'utf8')).toContain('<failure')
  expect(readdirSync(join(folder, 'out'))).toEqual(['wrong-lamp-is-off.treetop'])

  writeFileSync(join(folder, 'wrong.test.yaml'), 'steps: [')
  const unusable = treetopTest('.')
  expect(await unusable.exit()).toBe(2)
  expect(unusable.output).toContain('wrong.test.yaml:1: This is not valid YAML')
})

test('Ctrl+C ends treetop test with a report of what had run', async () => {
  // It never answers, so the check is still running when it is asked.
  const api = createServer().listen(0, '127.0.0.1')
  const asked = once(api, 'request')
  await once(api, 'listening')
  const { port } = api.address() as AddressInfo
  const endless = `{ name: endless, steps: [{ http: { url: 'http://127.0.0.1:${port}/', within: 10m } }] }`
  writeFileSync(join(folder, 'a.test.yaml'), `checks: [{ name: quick, ${steps('on')} }, ${endless}]`)
  const running = treetopTest('.')
  await asked
  expect(await running.stop('SIGINT')).toBe(1)
  expect(running.output).toMatch(/✓ quick.*\n.*- endless/)
  expect(running.output).toContain('The run was interrupted.')
  api.close()
})
