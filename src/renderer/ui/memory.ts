import { getContext, setContext } from 'svelte'

/** Where components store manual settings, such as the position of a divider. */
export interface Memory {
  recall(name: string): string | null
  keep(name: string, text: string): void
}

const KEY = Symbol('memory')
const none: Memory = { recall: () => null, keep: () => undefined }

/** Provides a store to the components below. */
export function provideMemory(memory: Memory): void {
  setContext(KEY, memory)
}

/** The store, if one is provided. Call this during component initialisation. */
export function useMemory(): Memory {
  return getContext<Memory | undefined>(KEY) ?? none
}
