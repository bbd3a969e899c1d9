// Whether packages can be signed: signing credentials come only from the environment.

const AZURE = [
  'AZURE_SIGNING_ENDPOINT',
  'AZURE_SIGNING_ACCOUNT',
  'AZURE_SIGNING_PROFILE',
  'AZURE_SIGNING_PUBLISHER'
]
const NOTARY = [
  ['APPLE_API_KEY', 'APPLE_API_KEY_ID', 'APPLE_API_ISSUER'],
  ['APPLE_ID', 'APPLE_APP_SPECIFIC_PASSWORD', 'APPLE_TEAM_ID'],
  ['APPLE_KEYCHAIN_PROFILE']
]

const all = (environment, names) => names.every((name) => environment[name])

/**
 * The credentials in the environment for macOS and Windows.
 * @param {Record<string, string | undefined>} environment
 */
export function signing(environment) {
  const azure = all(environment, AZURE)
  return {
    /** A Developer ID certificate, as a file or by its name in the keychain. */
    mac: Boolean(environment.CSC_LINK || environment.CSC_NAME),
    /** Whether Apple's notary service can be used. */
    notary: NOTARY.some((names) => all(environment, names)),
    windows: azure || Boolean(environment.WIN_CSC_LINK || environment.CSC_LINK),
    /** Azure's signing service; null if not configured. */
    azure: azure
      ? {
          endpoint: environment.AZURE_SIGNING_ENDPOINT,
          codeSigningAccountName: environment.AZURE_SIGNING_ACCOUNT,
          certificateProfileName: environment.AZURE_SIGNING_PROFILE,
          publisherName: environment.AZURE_SIGNING_PUBLISHER
        }
      : null
  }
}

/**
 * What is left out on a platform because the environment lacks credentials, one sentence each.
 * @param {'darwin' | 'win32' | 'linux'} platform
 * @param {Record<string, string | undefined>} environment
 */
export function leftOut(platform, environment) {
  const { mac, notary, windows } = signing(environment)
  if (platform === 'win32' && !windows)
    return [
      `The packages for Windows are not signed: neither WIN_CSC_LINK nor ${AZURE.join(', ')} are set. SmartScreen will ask people whether they trust them.`
    ]
  if (platform !== 'darwin') return []
  if (!mac)
    return [
      'The packages for macOS are signed ad hoc only, and not notarised: CSC_LINK is not set. Gatekeeper will ask people whether they trust them.'
    ]
  if (!notary)
    return [
      `The packages for macOS are signed, but not notarised: none of ${NOTARY.map((names) => names.join(' + ')).join(', ')} is set. Gatekeeper will ask people whether they trust them.`
    ]
  return []
}
