import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import configuration from '../electron-builder.config'
import { downloadFault, packagedFor } from './flags.mjs'
import { at } from './place.mjs'
import { leftOut, signing } from './signing.mjs'

describe('npm run dist', () => {
  it('packages for this system, or for the systems named', () => {
    expect(packagedFor(['--dir'], 'linux')).toEqual(['linux'])
    expect(packagedFor(['--win', '--x64'], 'linux')).toEqual(['win32'])
    expect(packagedFor(['-m', '-l', '--arm64'], 'win32')).toEqual(['linux', 'darwin'])
  })

  it('tells failed downloads from other failures', () => {
    const said = '  ⨯ getaddrinfo ENOTFOUND github.com  failedTask=build stackTrace=RequestError: …'
    expect(downloadFault(said)).toBe('getaddrinfo ENOTFOUND github.com')
    expect(downloadFault('HTTPError: Response code 404 (Not Found)\n    at')).toBe(
      'Response code 404 (Not Found)'
    )
    expect(downloadFault('  ⨯ Application entry file "out/main/index.js" does not exist')).toBeNull()
  })
})

describe('signing', () => {
  const certificate = { CSC_LINK: 'developer-id.p12' }
  const notary = { APPLE_API_KEY: 'key.p8', APPLE_API_KEY_ID: 'id', APPLE_API_ISSUER: 'issuer' }
  const azure = {
    AZURE_SIGNING_ENDPOINT: 'https://x',
    AZURE_SIGNING_ACCOUNT: 'a',
    AZURE_SIGNING_PROFILE: 'p',
    AZURE_SIGNING_PUBLISHER: 'o'
  }

  it('uses the credentials in the environment', () => {
    expect(signing({})).toEqual({ mac: false, notary: false, windows: false, azure: null })
    expect(signing({ ...certificate, ...notary })).toMatchObject({ mac: true, notary: true, windows: true })
    expect(signing(azure)).toMatchObject({
      mac: false,
      windows: true,
      azure: { codeSigningAccountName: 'a', publisherName: 'o' }
    })
  })

  it('needs complete credentials: half a pair is ignored', () => {
    expect(signing({ ...azure, AZURE_SIGNING_PROFILE: '' })).toMatchObject({ windows: false, azure: null })
    expect(signing({ APPLE_ID: 'a', APPLE_TEAM_ID: 't' }).notary).toBe(false)
  })

  it('names in a sentence what is left out, and says nothing otherwise', () => {
    expect(leftOut('darwin', {})).toEqual([expect.stringContaining('CSC_LINK is not set')])
    expect(leftOut('darwin', certificate)).toEqual([expect.stringContaining('not notarised')])
    expect(leftOut('darwin', { ...certificate, ...notary })).toEqual([])
    expect(leftOut('win32', {})).toEqual([expect.stringContaining('WIN_CSC_LINK')])
    expect(leftOut('win32', azure)).toEqual([])
    expect(leftOut('linux', {})).toEqual([])
  })
})

describe('README.md and docs/PACKAGES.md', () => {
  // electron-builder's names for processors; AppImage and Debian use their own.
  const names = [
    ...['x86_64.AppImage', 'arm64.AppImage', 'amd64.deb', 'arm64.deb'].map((end) => `linux-${end}`),
    ...['x64', 'arm64'].flatMap((arch) => [`mac-${arch}.dmg`, `win-${arch}.exe`])
  ]

  it('name the packages as they are built', () => {
    expect(configuration.artifactName).toBe('${productName}-${version}-${os}-${arch}.${ext}')
    expect([configuration.linux?.target, configuration.mac?.target, configuration.win?.target]).toEqual([
      ['AppImage', 'deb'],
      ['dmg', 'zip'],
      ['nsis']
    ])
    const readme = readFileSync(at('README.md'), 'utf8')
    for (const name of names) expect(readme).toContain(`\`Treetop-<version>-${name}\``)
    const packages = readFileSync(at('docs', 'PACKAGES.md'), 'utf8')
    for (const name of names) expect(packages).toContain(name)
  })
})
