import { getContext, setContext } from 'svelte'

/** Copies a text to the clipboard. Resolves to whether that worked; never rejects. */
export type CopyText = (text: string) => Promise<boolean>

const KEY = Symbol('clipboard')

/**
 * Creates the function that copies text.
 *
 * @param failed notifies the user that the clipboard is not writable: the browser refused, or the page was loaded over plain HTTP
 */
export function copyOr(failed: () => void): CopyText {
  return async (text) => {
    const copied = await writeText(text)
    if (!copied) failed()
    return copied
  }
}

/** Provides the copy function to the components below. */
export function provideClipboard(copyText: CopyText): void {
  setContext(KEY, copyText)
}

/** The copy function. Call this during component initialisation. */
export function useClipboard(): CopyText {
  return getContext<CopyText | undefined>(KEY) ?? writeText
}

async function writeText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}
