import { createSubscriber } from 'svelte/reactivity'

/** A colour of the theme, by its CSS custom property, for what is drawn on a canvas. */
export function colourOf(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim()
}

/** Called in an effect, it runs that again when there is another theme. */
export const followTheme = createSubscriber((update) => {
  const observer = new MutationObserver(update)
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
  return () => observer.disconnect()
})
