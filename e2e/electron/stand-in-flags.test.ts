import { expect, it } from 'vitest'
import { standInFlags } from './stand-in-flags'

it('names the hooks by a URL, on Windows too', () => {
  expect(standInFlags('C:\\work\\treetop 2\\hooks.mjs', true)).toEqual([
    '--import',
    'file:///C:/work/treetop%202/hooks.mjs'
  ])
  expect(standInFlags('/work/treetop 2/hooks.mjs', false)).toEqual([
    '--import',
    'file:///work/treetop%202/hooks.mjs'
  ])
})
