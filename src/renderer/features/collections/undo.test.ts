import { expect, it } from 'vitest'
import { UndoStack, type Undo } from './undo.svelte'

it('undoes the latest change first, each once, wherever its item is now', async () => {
  const stack = new UndoStack()
  const undone: string[] = []
  const change = (path: string, collection = 'c'): Undo => ({
    collection,
    path,
    run: (now) => Promise.resolve(undone.push(now))
  })
  const first = change('lamps/a.yaml')
  for (const each of [first, change('lamps-2/b.yaml'), change('lamps/c.yaml', 'other')]) stack.push(each)
  stack.moved('c', 'lamps', 'home/lamps')
  await stack.undo()
  await stack.undo(first)
  await stack.undo(first)
  expect(stack.isEmpty).toBe(false)
  await stack.undo()
  await stack.undo()
  expect(undone).toEqual(['lamps/c.yaml', 'home/lamps/a.yaml', 'lamps-2/b.yaml'])
  expect(stack.isEmpty).toBe(true)
})
