import { isIP } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import type { Profile } from '../../shared/contract/profiles'
import type { PlainSecrets } from '../../shared/contract/transport'

/** How a profile's connection is secured; null: it uses no TLS. */
export function tlsOptions(
  { protocol, host, tls }: Profile,
  { key }: PlainSecrets
): ConnectionOptions | null {
  if (protocol === 'mqtt' || protocol === 'ws') return null
  const servername = tls.serverName || (isIP(host) === 0 ? host : '')
  return {
    rejectUnauthorized: tls.verify,
    ...(tls.ca && { ca: tls.ca }),
    ...(tls.cert && { cert: tls.cert }),
    ...(key && { key }),
    ...(tls.alpn.length > 0 && { ALPNProtocols: tls.alpn }),
    ...(servername && { servername })
  }
}
