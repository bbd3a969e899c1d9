import { expect, it } from 'vitest'
import { nothingCopied, type SubtreeStatus } from '../../shared/contract/subtree'
import { AppError } from '../../shared/errors'
import { apiTo } from './api-fixture'
import { JobsState } from './jobs.svelte'
import { placedTopic, SubtreeState } from './subtree.svelte'

const copy = { name: 'Customer', topic: 'plant', messages: 2, bytes: 9, at: 1, leftOut: 0, leftOutTopics: [] }

/** The state over a channel to a process that has copied `plant`. */
async function setup(status: Partial<SubtreeStatus> = {}) {
  const pasted: unknown[] = []
  const told: string[] = []
  const { api } = apiTo({
    'subtree.get': () => ({ ...nothingCopied, copy, ...status }),
    'subtree.paste': (input) => {
      pasted.push(input)
      throw new AppError('RETAINED_BUSY', {})
    }
  })
  const subtree = new SubtreeState(api, new JobsState(api), (_tone, text) => told.push(text))
  await subtree.load()
  return { subtree, pasted, told }
}

it('pastes at once under the same topics, and asks when the broker is stopped or an undo would be lost', async () => {
  const plain = await setup()
  plain.subtree.pasteOrAsk(true)
  expect(plain.subtree.asked).toBeNull()
  await expect.poll(() => plain.pasted).toEqual([{ remove: '', add: '' }])
  plain.subtree.pasteOrAsk(false)
  expect(plain.subtree.asked).toEqual({ remove: 'plant', add: 'plant' })
  const undoable = await setup({ undo: { messages: 2, conflicts: 0 } })
  undoable.subtree.pasteOrAsk(true)
  expect(undoable.subtree.asked).not.toBeNull()
  expect(undoable.pasted).toEqual([])
})

it('proposes the place below the topic that the menu belongs to', async () => {
  const { subtree } = await setup()
  subtree.ask('site')
  expect(subtree.asked).toEqual({ remove: 'plant', add: 'site/plant' })
  expect(placedTopic('plant/lamp', subtree.asked!)).toBe('site/plant/lamp')
  expect(placedTopic('other', subtree.asked!)).toBe('site/plantother')
})

it('tells of a paste that cannot begin', async () => {
  const { subtree, told } = await setup()
  await subtree.paste({ remove: '', add: '' })
  expect(told).toHaveLength(1)
  expect(subtree.pastedTo).toBeNull()
})
