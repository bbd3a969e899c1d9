import { describe, expect, it } from 'vitest'
import { Front } from './front.svelte'

/** Two kinds of tabs, like connections and recordings. */
function setup() {
  const tabs = { connections: ['a', 'b'], recordings: ['x', 'y'] }
  const front = new Front()
  front.add(() => tabs.connections.map((id) => ({ id })))
  front.add(() => tabs.recordings.map((id) => ({ id })))
  return { front, tabs }
}

describe('the tab in front', () => {
  it('is the first one if none was in front, and stays if one was', () => {
    const { front } = setup()
    front.settle()
    expect(front.id).toBe('a')
    front.id = 'y'
    front.settle()
    expect(front.id).toBe('y')
  })

  it('passes to the next tab when it closes, across kinds, and from the last one to the one before', () => {
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

  it('is none after all tabs closed, and then the first again', () => {
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
