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
