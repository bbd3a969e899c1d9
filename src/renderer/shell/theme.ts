import type { Settings } from '../../shared/contract/app'

/** Applies a theme at once; `system` follows the system's theme until the returned function is called. */
export function showTheme(theme: Settings['theme']): () => void {
  const light = matchMedia('(prefers-color-scheme: light)')
  const show = (): void => {
    document.documentElement.dataset.theme = theme === 'system' ? (light.matches ? 'light' : 'dark') : theme
  }
  show()
  if (theme !== 'system') return () => undefined
  light.addEventListener('change', show)
  return () => light.removeEventListener('change', show)
}
