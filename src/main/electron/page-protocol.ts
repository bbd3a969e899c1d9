import { protocol } from 'electron'
import { served } from '../web/policy'
import { staticFile } from '../web/static-files'
import { isPage, SCHEME } from './page'

/** Registers the page's scheme as a secure standard scheme, like https. Call before Electron is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } }
  ])
}

/** Serves the built renderer, and no other files. Call when Electron is ready. */
export function servePage(root: string): void {
  protocol.handle(SCHEME, async ({ url, method }) => {
    const file = isPage(url) && method === 'GET' ? await staticFile(root, new URL(url).pathname) : null
    if (!file) return new Response(null, { status: 404 })
    const { body, headers } = served(file, "'none'")
    return new Response(new Uint8Array(body), { headers })
  })
}
