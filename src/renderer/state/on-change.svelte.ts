import { untrack } from 'svelte'

/**
 * Calls back when the result of a reading function changes, for the lifetime of the calling component.
 *
 * @param same whether two results are equal
 */
export function onChange<T>(
  read: () => T,
  changed: () => void,
  same: (now: T, before: T) => boolean = Object.is
): void {
  let before = untrack(read)
  $effect(() => {
    const now = read()
    if (same(now, before)) return
    before = now
    untrack(changed)
  })
}
