import { expect, it } from 'vitest'
import { TestTree } from './fixture'

it('keeps branch totals up to date', () => {
  const tree = new TestTree()
  tree.receive('plant/line1/temp')
  tree.receive('plant/line1/temp')
  tree.receive('plant/line2')
  tree.receive('plant')
  expect(tree.root).toMatchObject({ messages: 4, topics: 3 })
  expect(tree.find('plant')).toMatchObject({ messages: 4, topics: 3 })
  expect(tree.find('plant/line1')).toMatchObject({ messages: 2, topics: 1, entry: null })
})

it.each([
  'constructor',
  '__proto__',
  'toString/valueOf',
  '/',
  '//',
  'a//b',
  '/a',
  'a/',
  '$SYS/x',
  '温度/传感器',
  '😀',
  ' '
])('keeps the levels of %j unchanged', (topic) => {
  const tree = new TestTree()
  tree.receive('other')
  tree.receive(topic)
  expect(tree.find(topic)?.path).toBe(topic)
  expect(tree.find(topic)?.messages).toBe(1)
  expect(tree.root.messages).toBe(2)
})

it('distinguishes empty levels from missing ones', () => {
  const tree = new TestTree()
  for (const topic of ['a', 'a/', '/a', '/a/', 'a//']) tree.receive(topic)
  expect(tree.root.topics).toBe(5)
  for (const topic of ['a', 'a/', '/a', '/a/', 'a//']) expect(tree.find(topic)?.entry?.name).toBe(topic)
})

it('removes topics, and branches left empty', () => {
  const tree = new TestTree()
  for (const topic of ['a/b/c', 'a/b', 'a/d']) tree.receive(topic)
  tree.remove({ topic: 'a/b/c', subtree: true })
  tree.remove({ topic: 'a/d', subtree: false })
  expect(tree.root).toMatchObject({ messages: 1, topics: 1 })
  expect(tree.find('a/b/c')).toBeUndefined()
  expect(tree.find('a/d')).toBeUndefined()
  expect(tree.find('a/b')).toMatchObject({ messages: 1, topics: 1, children: null })
})
