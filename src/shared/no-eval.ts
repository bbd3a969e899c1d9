import { config } from 'zod'

// The page's policy forbids evaluation. zod tries it while it builds a schema, which the browser would report as a
// violation: so this comes before every schema.
config({ jitless: true })
