import { describe, expect, it } from 'vitest'
import { Preferences } from './preferences.svelte'

function stored(entries: Record<string, string> = {}) {
  const items = new Map(Object.entries(entries))
  return {
    items,
    storage: {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => void items.set(key, value)
    }
  }
}

describe('preferences', () => {
  it('have their defaults until the user chooses, then the chosen value', () => {
    const { items, storage } = stored()
    const preferences = new Preferences(storage)
    expect(preferences.get('publish')).toBe('shown')
    preferences.set('publish', 'hidden')
    expect(preferences.get('publish')).toBe('hidden')
    expect(items.get('treetop.publish')).toBe('hidden')
    expect(new Preferences(storage).get('publish')).toBe('hidden')
  })

  it('ignore unknown stored values', () => {
    expect(new Preferences(stored({ 'treetop.diff': 'sideways' }).storage).get('diff')).toBe('changes')
  })

  it('last until the page is closed when nothing can be stored', () => {
    const preferences = new Preferences({
      getItem: () => {
        throw new Error('closed')
      },
      setItem: () => {
        throw new Error('full')
      }
    })
    preferences.set('flat', 'on')
    preferences.keep('split.topics', '0.4')
    expect([preferences.get('flat'), preferences.recall('split.topics')]).toEqual(['on', '0.4'])
    expect(preferences.recall('nothing')).toBeNull()
  })
})
