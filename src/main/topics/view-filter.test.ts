import { expect, it, vi } from 'vitest'
import { noFilter } from '../../shared/contract/topics'
import { TestTree } from './fixture'
import { Filtering } from './view-filter'

it('a recheck that takes too long does not abandon the filter that replaced its own', async () => {
  const tree = new TestTree()
  tree.receive('a', undefined, 'aaa')
  const filtering = new Filtering(
    tree,
    () => false,
    tree.readValue,
    () => undefined
  )
  filtering.start({ text: '^(a+)+$', mode: 'regex', matchCase: true, scope: 'values' })
  await vi.waitFor(() => expect(filtering.current?.matches).toBe(1))

  // Backtracks exponentially.
  tree.receive('a', undefined, `${'a'.repeat(60)}!`)
  filtering.recheck()
  filtering.start({ ...noFilter, text: 'b' })
  await vi.waitFor(() => expect(filtering.isUnderWay).toBe(false))
  expect(filtering.tooSlow).toBe(false)
  expect(filtering.current?.matches).toBe(0)

  filtering.start({ text: '^(a+)+$', mode: 'regex', matchCase: true, scope: 'values' })
  await vi.waitFor(() => expect(filtering.tooSlow).toBe(true))
})
