import { untrack } from 'svelte'
import type { Refresh } from './refresh'

/**
 * Refreshes at once and then periodically, while the page is visible, until the returned function is called. Safe to start in an effect:
 * what the call reads does not become a dependency of the effect.
 *
 * @param period ms from one refresh to the next
 */
export function poll(refresh: Refresh, period: number | (() => number)): () => void {
  let timer: ReturnType<typeof setTimeout>
  const arm = (): void => {
    timer = setTimeout(
      () => {
        if (document.visibilityState === 'visible') void refresh.request()
        arm()
      },
      typeof period === 'number' ? period : period()
    )
  }
  untrack(() => {
    void refresh.request()
    arm()
  })
  return () => {
    clearTimeout(timer)
    refresh.cancel()
  }
}
