import { untrack } from 'svelte'

/**
 * Calls back when what a function reads has changed, as long as the component lives that calls this.
 *
 * @param same whether two readings are the same
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
