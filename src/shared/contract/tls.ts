import { z } from 'zod'

/** How a profile uses TLS. The private key is one of its secrets. */
export const TlsOptions = z.object({
  /** PEM text; empty: none. */
  ca: z.string().refine(isPem('CERTIFICATE'), 'PEM_CERTIFICATE'),
  /** Where the client certificate is: PEM texts, or a PFX (P12) file. The file is one of the secrets. */
  identity: z.enum(['pem', 'pfx']),
  cert: z.string().refine(isPem('CERTIFICATE'), 'PEM_CERTIFICATE'),
  verify: z.boolean(),
  /** ALPN protocol names, most preferred first. */
  alpn: z.array(z.string().min(1, 'REQUIRED').max(255, 'TOO_LONG')),
  /** SNI; empty uses the host. */
  serverName: z.string().regex(/^[^\s/]*$/, 'HOST_MALFORMED')
})
export type TlsOptions = z.infer<typeof TlsOptions>

/** A check for PEM text of a kind, or none. */
export function isPem(kind: string): (text: string) => boolean {
  return (text) => text === '' || (text.includes('-----BEGIN ') && text.includes(`${kind}-----`))
}
