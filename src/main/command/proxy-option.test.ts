import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../profiles/temporary.fixture'
import { proxyOf } from './proxy-option'

const given = (proxy?: string, file?: string, environment = {}) =>
  proxyOf({ proxy, 'proxy-password-file': file }, environment)

it.each([
  ['http://proxy.example', { kind: 'http', host: 'proxy.example', port: 8080, username: '' }],
  ['http://proxy.example:80', { kind: 'http', host: 'proxy.example', port: 80, username: '' }],
  ['http://an%40na@[::1]:3128/', { kind: 'http', host: '::1', port: 3128, username: 'an@na' }],
  ['socks5://proxy.example', { kind: 'socks5', host: 'proxy.example', port: 1080, username: '' }],
  ['socks5h://anna@10.0.0.1:9050', { kind: 'socks5', host: '10.0.0.1', port: 9050, username: 'anna' }]
])('reads %s', async (text, server) => {
  expect(await given(text)).toEqual({ proxy: { use: 'own', server }, proxyPassword: null })
})

it('uses no proxy on request, and the profile’s without the option', async () => {
  expect(await given('none')).toMatchObject({ proxy: { use: 'none' } })
  expect(await given()).toBeNull()
})

it('takes the password from a file, the environment or the address, in this order', async () => {
  const file = join(temporaryFolder(), 'password')
  writeFileSync(file, 'of file\n')
  const environment = { TREETOP_PROXY_PASSWORD: 'of environment' }
  const address = 'http://anna:of%20address@proxy.example'
  expect((await given(address, file, environment))?.proxyPassword).toBe('of file')
  expect((await given(address, undefined, environment))?.proxyPassword).toBe('of environment')
  expect((await given(address))?.proxyPassword).toBe('of address')
  await expect(given(undefined, file)).rejects.toThrow('--proxy-password-file needs --proxy.')
})

it.each(['proxy.example:8080', 'https://proxy.example', 'http://', 'http://a:b@p/path', 'http://p:99999'])(
  'refuses %s without showing a password',
  async (text) => {
    const refused = given(text).catch((error: Error) => error.message)
    expect(await refused).toMatch(/is not the address of a proxy\. It looks like http:\/\/host:8080/)
    expect(await refused).not.toContain('a:b')
  }
)
