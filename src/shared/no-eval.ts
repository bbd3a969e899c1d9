import { config } from 'zod'

// The page's Content Security Policy forbids eval. zod tries eval when it builds a schema, which the browser would report as a
// violation. Import this module before any schema.
config({ jitless: true })
