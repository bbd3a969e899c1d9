/** A key with its modifiers as `Mod+Shift+F`: `Mod` is Cmd on macOS and Ctrl elsewhere. Letters and digits stand for keys, whatever they type. */
export type Shortcut = string

const isMac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent)

/** What stands on the keys of a Mac. */
const MAC_SIGNS: Record<string, string> = { Mod: '⌘', Shift: '⇧', Alt: '⌥' }
const KEY_SIGNS: Record<string, string> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→'
}

/** Whether an event is of a shortcut. */
export function isPressed(shortcut: Shortcut, event: KeyboardEvent, mac = isMac): boolean {
  const parts = shortcut.split('+')
  const key = parts.pop()!
  const mod = mac ? event.metaKey : event.ctrlKey
  const other = mac ? event.ctrlKey : event.metaKey
  // A sign such as `?` needs Shift on some keyboards, and none on others.
  const isSign = key.length === 1 && !/[a-z0-9]/i.test(key)
  return (
    mod === parts.includes('Mod') &&
    !other &&
    event.altKey === parts.includes('Alt') &&
    (isSign || event.shiftKey === parts.includes('Shift')) &&
    (event.key.toLowerCase() === key.toLowerCase() || event.code === codeOf(key))
  )
}

/** The keys of a shortcut as they are written on them, e.g. `Ctrl`, `Shift`, `F`. */
export function keysOf(shortcut: Shortcut, mac = isMac): string[] {
  return shortcut
    .split('+')
    .map((part) => (mac ? (MAC_SIGNS[part] ?? part) : part === 'Mod' ? 'Ctrl' : part))
    .map((part) => KEY_SIGNS[part] ?? part)
}

/** The key's place: with Alt a Mac types other characters than the key's own. */
function codeOf(key: string): string | null {
  if (/^[0-9]$/.test(key)) return `Digit${key}`
  return /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : null
}
