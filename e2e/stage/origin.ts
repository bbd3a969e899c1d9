/** Chromium refuses `app://` even when routed, so this origin represents the page's scheme. */
export const ORIGIN = 'https://treetop.localhost'
const SCHEME = 'app://treetop'

export function toChromium(url: string): string {
  return url.startsWith(SCHEME) ? ORIGIN + url.slice(SCHEME.length) : url
}

export function fromChromium(url: string): string {
  if (url.startsWith('blob:')) return `blob:${fromChromium(url.slice('blob:'.length))}`
  return url.startsWith(ORIGIN) ? SCHEME + url.slice(ORIGIN.length) : url
}
