import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import {
  documentOf,
  DOCUMENT,
  faultsOf,
  hasWebSocket,
  readStatements,
  readTests,
  testsIn
} from './conformance.mjs'

const statements = readStatements()
const tests = readTests()

it('finds a test for each statement that binds a server, and a statement for each that a test names', () => {
  expect(faultsOf(statements, tests, hasWebSocket())).toEqual([])
})

it('finds docs/CONFORMANCE.md up to date (npm run conformance)', () => {
  const found = readFileSync(join(resolve(import.meta.dirname, '..'), DOCUMENT), 'utf8')
  expect(found.replaceAll('\r\n', '\n')).toBe(documentOf(statements, tests))
})

it('knows every statement of both specifications', () => {
  expect([...statements].map(([version, all]) => [version, all.length])).toEqual([
    ['3.1.1', 141],
    ['5', 251]
  ])
})

it('names statements without a test, unknown ones, and tests that do not run for their version', () => {
  const source = `itBoth('closes [3.1.1: MQTT-1.0.0-1; 5: MQTT-9.9.9-9]', test)
    it5(
      "doesn't [3.1.1, 5: MQTT-1.0.0-2]",
      test
    )`
  const few = new Map([
    ['3.1.1', [statement('1.0.0-1', 'server'), statement('1.0.0-2', 'both'), statement('1.0.0-3', 'client')]],
    ['5', [statement('1.0.0-2', 'both'), statement('1.0.0-4', 'server'), statement('6.0.0-1', 'websocket')]]
  ])
  expect(faultsOf(few, testsIn('a.test.ts', source), true)).toEqual([
    'a.test.ts: "closes" names MQTT-9.9.9-9 of 5, which does not exist.',
    'a.test.ts: "doesn\'t" does not run for MQTT 3.1.1.',
    'No test holds MQTT-1.0.0-4 of 5.',
    'No test holds MQTT-6.0.0-1 of 5.'
  ])
})

function statement(id: string, binds: 'server' | 'client' | 'both' | 'websocket') {
  return { id, binds, says: '' }
}
