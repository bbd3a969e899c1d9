/** The page's own scheme. With it the page has an origin, which `file:` would not give it. */
export const SCHEME = 'app'
const HOST = 'treetop'

/** Where the page is: served by this process, or by the development server while there is one. */
export const pageUrl = process.env['ELECTRON_RENDERER_URL'] ?? `${SCHEME}://${HOST}/`

/** Whether a URL is of the page, whatever its path. */
export function isPage(url: string): boolean {
  const page = new URL(pageUrl)
  try {
    const { protocol, host } = new URL(url)
    return protocol === page.protocol && host === page.host
  } catch {
    return false
  }
}

/** Whether a URL leads nowhere else: a file of the page, or what the page made. */
export function isOwnAddress(url: string): boolean {
  if (url.startsWith('blob:')) return isPage(url.slice('blob:'.length))
  // DevTools have files of their own; data is in its address.
  return isPage(url) || isDevelopmentSocket(url) || /^(?:data|devtools):/.test(url)
}

/** The development server tells the page over a WebSocket when a file has changed. */
function isDevelopmentSocket(url: string): boolean {
  return url.startsWith('ws:') && isPage(url.replace(/^ws:/, 'http:'))
}
