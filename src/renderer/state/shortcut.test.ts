import { describe, expect, it } from 'vitest'
import { isPressed, keysOf } from './shortcut'

function press(key: string, modifiers: Partial<KeyboardEvent> = {}): KeyboardEvent {
  const none = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, code: '' }
  return { ...none, key, ...modifiers } as KeyboardEvent
}

describe('a shortcut', () => {
  it('is Ctrl on a PC and Cmd on a Mac', () => {
    expect(isPressed('Mod+K', press('k', { ctrlKey: true }), false)).toBe(true)
    expect(isPressed('Mod+K', press('k', { metaKey: true }), false)).toBe(false)
    expect(isPressed('Mod+K', press('k', { metaKey: true }), true)).toBe(true)
    expect(isPressed('Mod+K', press('k', { ctrlKey: true }), true)).toBe(false)
  })

  it('does not match with additional or missing modifiers', () => {
    expect(isPressed('Mod+F', press('F', { ctrlKey: true, shiftKey: true }), false)).toBe(false)
    expect(isPressed('Mod+Shift+F', press('f', { ctrlKey: true }), false)).toBe(false)
    expect(isPressed('Mod+Shift+F', press('F', { ctrlKey: true, shiftKey: true }), false)).toBe(true)
    expect(isPressed('F6', press('F6', { altKey: true }), false)).toBe(false)
  })

  it('is the key that types its letter on Dvorak and Colemak, not the one at its QWERTY position', () => {
    // Dvorak: K is at QWERTY's V position, and the key at K's position types T.
    expect(isPressed('Mod+K', press('k', { ctrlKey: true, code: 'KeyV' }), false)).toBe(true)
    expect(isPressed('Mod+K', press('t', { ctrlKey: true, code: 'KeyK' }), false)).toBe(false)
    // Colemak: S is at QWERTY's D position.
    expect(isPressed('Mod+Shift+D', press('S', { ctrlKey: true, shiftKey: true, code: 'KeyD' }), false)).toBe(
      false
    )
  })

  it('falls back to the position where the key types no Latin letter or digit', () => {
    // AZERTY: the 1 key types & without Shift.
    expect(isPressed('Alt+1', press('&', { altKey: true, code: 'Digit1' }), false)).toBe(true)
    expect(isPressed('Alt+1', press('¡', { altKey: true, code: 'Digit1' }), true)).toBe(true)
    expect(isPressed('Mod+K', press('л', { ctrlKey: true, code: 'KeyK' }), false)).toBe(true)
  })

  it('with a sign ignores how the sign is typed', () => {
    expect(isPressed('?', press('?', { shiftKey: true }), false)).toBe(true)
    expect(isPressed('?', press('?'), false)).toBe(true)
  })

  it('is written with the key names of the machine', () => {
    expect(keysOf('Mod+Shift+F', false)).toEqual(['Ctrl', 'Shift', 'F'])
    expect(keysOf('Mod+Shift+F', true)).toEqual(['⌘', '⇧', 'F'])
    expect(keysOf('Shift+ArrowUp', false)).toEqual(['Shift', '↑'])
  })
})
