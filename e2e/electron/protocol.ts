import { appItself, needReady } from './app'
import { serveScheme } from './stage'
import { checkKeys, strict } from './strict'

const PRIVILEGES = [
  'standard',
  'secure',
  'bypassCSP',
  'allowServiceWorkers',
  'supportFetchAPI',
  'corsEnabled',
  'stream',
  'codeCache'
]

interface Scheme {
  scheme: string
  privileges?: object
}

let registered = false
const handled = new Set<string>()

export const protocol = strict('Protocol', {
  registerSchemesAsPrivileged(schemes: Scheme[]): void {
    if (appItself.isReady())
      throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready')
    if (registered) throw new Error('protocol.registerSchemesAsPrivileged can be called only once')
    registered = true
    for (const scheme of schemes) {
      checkKeys('schemes', scheme, ['scheme', 'privileges'])
      checkKeys('privileges', scheme.privileges ?? {}, PRIVILEGES)
    }
  },
  handle(scheme: string, handler: (request: Request) => Promise<Response>): void {
    needReady('Session can only be received when app is ready')
    if (handled.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`)
    handled.add(scheme)
    serveScheme(scheme, handler)
  }
})
