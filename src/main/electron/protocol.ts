import { protocol } from 'electron'
import { contentSecurityPolicy, staticFile } from '../web/static-files'
import { isPage, SCHEME } from './page'

/** Makes the page's scheme one like https. To be called before Electron is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } }
  ])
}

/** Serves the built renderer, and nothing else of the disk. To be called when Electron is ready. */
export function servePage(root: string): void {
  protocol.handle(SCHEME, async ({ url, method }) => {
    const file = isPage(url) && method === 'GET' ? await staticFile(root, new URL(url).pathname) : null
    if (!file) return new Response(null, { status: 404 })
    return new Response(new Uint8Array(file.body), {
      headers: {
        'content-type': file.type,
        'content-security-policy': contentSecurityPolicy("'none'"),
        'x-content-type-options': 'nosniff'
      }
    })
  })
}
