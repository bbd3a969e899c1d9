import { getContext, setContext } from 'svelte'

/** Puts a text in the clipboard. Resolves to whether that worked; never rejects. */
export type CopyText = (text: string) => Promise<boolean>

const KEY = Symbol('clipboard')

/**
 * Makes what copies text.
 *
 * @param failed tells the person that the clipboard cannot be written: the browser refused, or the page came over plain HTTP
 */
export function copyOr(failed: () => void): CopyText {
  return async (text) => {
    const copied = await writeText(text)
    if (!copied) failed()
    return copied
  }
}

/** Gives the components below what copies text. */
export function provideClipboard(copyText: CopyText): void {
  setContext(KEY, copyText)
}

/** What copies text; call it while a component is being created. */
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
