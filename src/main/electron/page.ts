/** The page's own scheme, which gives it an origin; `file:` does not. */
export const SCHEME = 'app'
const HOST = 'treetop'

/** The page's URL: served by this process, or by the development server if there is one. */
export const pageUrl = process.env['ELECTRON_RENDERER_URL'] ?? `${SCHEME}://${HOST}/`

/** Whether the URL has the page's origin. */
export function isPage(url: string): boolean {
  const page = new URL(pageUrl)
  try {
    const { protocol, host } = new URL(url)
    return protocol === page.protocol && host === page.host
  } catch {
    return false
  }
}

/** Whether the URL stays within the app: a file of the page, or a blob that the page created. */
export function isOwnAddress(url: string): boolean {
  if (url.startsWith('blob:')) return isPage(url.slice('blob:'.length))
  // DevTools load their own files; a data URL needs no request.
  return isPage(url) || isDevelopmentSocket(url) || /^(?:data|devtools):/.test(url)
}

/** The development server notifies the page of changed files over a WebSocket. */
function isDevelopmentSocket(url: string): boolean {
  return url.startsWith('ws:') && isPage(url.replace(/^ws:/, 'http:'))
}
