import { describe, expect, it } from 'vitest'
import { Front } from './front.svelte'

/** Two kinds of tabs, as connections and recordings are. */
function setup() {
  const tabs = { connections: ['a', 'b'], recordings: ['x', 'y'] }
  const front = new Front()
  front.add(() => tabs.connections.map((id) => ({ id })))
  front.add(() => tabs.recordings.map((id) => ({ id })))
  return { front, tabs }
}

describe('the tab in front', () => {
  it('is the first one where none is, and stays where one is', () => {
    const { front } = setup()
    front.settle()
    expect(front.id).toBe('a')
    front.id = 'y'
    front.settle()
    expect(front.id).toBe('y')
  })

  it('hands the front to the next tab when it goes, across kinds, and the last one to the one before', () => {
    const { front } = setup()
    front.id = 'b'
    front.leave('b')
    expect(front.id).toBe('x')
    front.id = 'y'
    front.leave('y')
    expect(front.id).toBe('x')
    front.leave('a')
    expect(front.id).toBe('x')
  })

  it('is none when all are gone, and the first again', () => {
    const { front, tabs } = setup()
    tabs.connections = []
    tabs.recordings = ['x']
    front.id = 'x'
    front.leave('x')
    expect(front.id).toBeNull()
    tabs.recordings = []
    front.settle()
    expect(front.id).toBeNull()
    tabs.recordings = ['z']
    front.settle()
    expect(front.id).toBe('z')
  })
})
