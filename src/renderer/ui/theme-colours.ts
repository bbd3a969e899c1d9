import { createSubscriber } from 'svelte/reactivity'

/** A theme colour, by its CSS custom property, for drawing on a canvas. */
export function colourOf(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim()
}

/** Call in an effect to run it again when the theme changes. */
export const followTheme = createSubscriber((update) => {
  const observer = new MutationObserver(update)
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
  return () => observer.disconnect()
})
