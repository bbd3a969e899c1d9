import type { Component } from 'svelte'

export interface PaletteItem {
  id: string
  name: string
  /** The name is a path: it is monospaced, and its end matters more than its start. */
  path?: boolean
  /** A short detail at the end of the row. */
  detail?: string
  icon?: Component<{ size?: number }>
  /** The keyboard shortcut of the same action. */
  keys?: readonly string[]
  onselect: () => void
}

export interface PaletteGroup {
  id: string
  name: string
  items: readonly PaletteItem[]
}
