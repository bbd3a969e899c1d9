/**
 * A key with its modifiers as `Mod+Shift+F`: `Mod` is Cmd on macOS and Ctrl elsewhere. A letter or digit matches the key that types it, so
 * Dvorak and Colemak use the key with that label. If the key types neither (Cyrillic, or Alt on a Mac), the shortcut matches the key at
 * that position of a US keyboard.
 */
export type Shortcut = string

const isMac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent)

/** The labels on the keys of a Mac. */
const MAC_SIGNS: Record<string, string> = { Mod: '⌘', Shift: '⇧', Alt: '⌥' }
const KEY_SIGNS: Record<string, string> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→'
}

/** Whether a key event matches a shortcut. */
export function isPressed(shortcut: Shortcut, event: KeyboardEvent, mac = isMac): boolean {
  const parts = shortcut.split('+')
  const key = parts.pop()!
  const mod = mac ? event.metaKey : event.ctrlKey
  const other = mac ? event.ctrlKey : event.metaKey
  // A sign such as `?` needs Shift on some keyboards and not on others.
  const isSign = key.length === 1 && !/[a-z0-9]/i.test(key)
  return (
    mod === parts.includes('Mod') &&
    !other &&
    event.altKey === parts.includes('Alt') &&
    (isSign || event.shiftKey === parts.includes('Shift')) &&
    (event.key.toLowerCase() === key.toLowerCase() || (!typesLatin(event.key) && event.code === codeOf(key)))
  )
}

/** The keys of a shortcut as labelled, e.g. `Ctrl`, `Shift`, `F`. */
export function keysOf(shortcut: Shortcut, mac = isMac): string[] {
  return shortcut
    .split('+')
    .map((part) => (mac ? (MAC_SIGNS[part] ?? part) : part === 'Mod' ? 'Ctrl' : part))
    .map((part) => KEY_SIGNS[part] ?? part)
}

/** Whether a key types a letter or digit that shortcuts use. */
function typesLatin(key: string): boolean {
  return /^[a-z0-9]$/i.test(key)
}

/** The code of the key's position on a US keyboard. */
function codeOf(key: string): string | null {
  if (/^[0-9]$/.test(key)) return `Digit${key}`
  return /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : null
}
