/** The elements that can take the focus in a region of the window. */
const FOCUSABLE =
  '[tabindex="0"], button:not(:disabled):not([tabindex="-1"]), input:not(:disabled), .cm-content, a[href]'

/** Moves the focus to the next or previous region of the window (`data-region`) that can take it, wrapping around. */
export function moveToRegion(step: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')]
  const from = regions.findIndex((region) => region.contains(document.activeElement))
  for (let tried = 1; tried <= regions.length; tried++) {
    // If no region has the focus, the first step goes to the first region, or backwards to the last.
    const start = from === -1 && step === -1 ? 0 : from
    const region = regions[(start + step * tried + regions.length * 2) % regions.length]
    const target = region?.querySelector<HTMLElement>(FOCUSABLE)
    if (!target) continue
    target.focus()
    if (region?.contains(document.activeElement)) return
  }
}
