import { isIP } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import type { Profile, ProfileDraft } from '../../shared/contract/profiles'
import type { PlainSecrets } from '../../shared/contract/transport'

/** How a profile's connection is secured; null: it uses no TLS. */
export function tlsOptions(profile: Profile, secrets: PlainSecrets): ConnectionOptions | null {
  const { protocol, host, tls } = profile
  if (protocol === 'mqtt' || protocol === 'ws') return null
  const servername = tls.serverName || (isIP(host) === 0 ? host : '')
  return {
    rejectUnauthorized: tls.verify,
    ...(tls.ca && { ca: tls.ca }),
    ...identityOf(profile, secrets),
    ...(tls.alpn.length > 0 && { ALPNProtocols: tls.alpn }),
    ...(servername && { servername })
  }
}

/** The client certificate with its key, from PEM or from a PFX file, and the passphrase of either. */
export function identityOf(
  { tls }: Pick<ProfileDraft, 'tls'>,
  { key, pfx, passphrase }: PlainSecrets
): Pick<ConnectionOptions, 'cert' | 'key' | 'pfx' | 'passphrase'> {
  const secret = passphrase ? { passphrase } : {}
  if (tls.identity === 'pfx') return pfx ? { pfx: Buffer.from(pfx, 'base64'), ...secret } : {}
  return { ...(tls.cert && { cert: tls.cert }), ...(key && { key, ...secret }) }
}
