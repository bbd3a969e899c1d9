import { getContext, setContext } from 'svelte'

/** Where components keep what a person set by hand, such as the place of a divider. */
export interface Memory {
  recall(name: string): string | null
  keep(name: string, text: string): void
}

const KEY = Symbol('memory')
const none: Memory = { recall: () => null, keep: () => undefined }

/** Gives the components below something to keep texts in. */
export function provideMemory(memory: Memory): void {
  setContext(KEY, memory)
}

/** What texts are kept in, or nothing; call it while a component is being created. */
export function useMemory(): Memory {
  return getContext<Memory | undefined>(KEY) ?? none
}
