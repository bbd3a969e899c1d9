import { expect, it } from 'vitest'
import { served } from './policy'

const page = {
  body: Buffer.from(
    '<!doctype html><meta property="csp-nonce" nonce="__NONCE__"><script nonce="__NONCE__"></script>'
  ),
  type: 'text/html; charset=utf-8',
  immutable: false
}

function directives(connect: "'self'" | "'none'"): Record<string, string[]> {
  const policy = served(page, connect).headers['content-security-policy']!
  return Object.fromEntries(
    policy.split('; ').map((directive) => [directive.split(' ')[0], directive.split(' ').slice(1)])
  )
}

it('allows only scripts from its own files, no eval, no frames, and nothing from other origins', () => {
  const { 'style-src': style, ...policy } = directives("'self'")
  expect(policy).toEqual({
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'img-src': ["'self'", 'blob:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'"],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'none'"],
    'require-trusted-types-for': ["'script'"],
    'trusted-types': ['svelte-trusted-html']
  })
  expect(style).toEqual(["'self'", expect.stringMatching(/^'nonce-[\w+/=]{24}'$/)])
  expect(directives("'none'")['connect-src']).toEqual(["'none'"])
})

it('puts a new nonce into the page and the policy at each load', () => {
  const nonces = [1, 2].map(() => {
    const { body, headers } = served(page, "'self'")
    const nonce = /nonce-([^']+)'/.exec(headers['content-security-policy']!)![1]!
    expect(body.toString()).toBe(page.body.toString().replaceAll('__NONCE__', nonce))
    return nonce
  })
  expect(nonces[0]).not.toBe(nonces[1])
})

it('does not change other files', () => {
  const script = {
    body: Buffer.from('const a = "__NONCE__"'),
    type: 'text/javascript; charset=utf-8',
    immutable: true
  }
  const { body, headers } = served(script, "'self'")
  expect(body).toBe(script.body)
  expect(headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer'
  })
})

it('denies permissions that the page does not need', () => {
  const permissions = served(page, "'self'").headers['permissions-policy']!.split(', ')
  for (const feature of [
    'camera',
    'microphone',
    'geolocation',
    'usb',
    'serial',
    'hid',
    'bluetooth',
    'clipboard-read'
  ])
    expect(permissions).toContain(`${feature}=()`)
  expect(permissions.join()).not.toContain('clipboard-write')
})
