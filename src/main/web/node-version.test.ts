import { expect, it } from 'vitest'
import { nodeFault } from './node-version'

it('explains that Node is too old', () => {
  expect(nodeFault('20.19.4')).toBe(
    'Treetop needs Node 24 or newer, and this is Node 20.19.4: install that one from https://nodejs.org.'
  )
  expect(nodeFault('24.0.0')).toBeNull()
  expect(nodeFault('100.1.0')).toBeNull()
})
