import { serveScheme } from './stage'
import { checkKeys, strict } from './strict'

export const protocol = strict('protocol', {
  registerSchemesAsPrivileged: (schemes: object[]) => {
    for (const scheme of schemes) checkKeys('schemes', scheme, ['scheme', 'privileges'])
  },
  handle(_scheme: string, handler: (request: Request) => Promise<Response>): void {
    serveScheme(handler)
  }
})
