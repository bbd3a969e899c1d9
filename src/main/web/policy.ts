import { randomBytes } from 'node:crypto'
import type { StaticFile } from './static-files'

/** Placeholder in the built page for the nonce of a page load (renderer.vite.config.ts). */
const PLACE = '__NONCE__'

/** Permissions denied to the page. It may write to the clipboard. */
const NOT_NEEDED = [
  'accelerometer',
  'bluetooth',
  'camera',
  'clipboard-read',
  'display-capture',
  'encrypted-media',
  'fullscreen',
  'geolocation',
  'gyroscope',
  'hid',
  'idle-detection',
  'local-fonts',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'picture-in-picture',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'storage-access',
  'usb',
  'window-management',
  'xr-spatial-tracking'
]

/**
 * A file of the page with its response headers, the same on every host. `connect` lists the addresses that the page may connect to.
 * Each page load has its own nonce, which CodeMirror needs for its style element.
 */
export function served(
  { body, type }: StaticFile,
  connect: "'self'" | "'none'"
): { body: Buffer; headers: Record<string, string> } {
  const nonce = randomBytes(16).toString('base64')
  const isPage = type.startsWith('text/html')
  return {
    body: isPage ? Buffer.from(body.toString().replaceAll(PLACE, nonce)) : body,
    headers: {
      'content-type': type,
      'content-security-policy': contentSecurityPolicy(connect, nonce),
      'permissions-policy': NOT_NEEDED.map((feature) => `${feature}=()`).join(', '),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff'
    }
  }
}

/** The Content-Security-Policy: no eval, and nothing from other origins. */
function contentSecurityPolicy(connect: string, nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' blob:",
    "font-src 'self'",
    `connect-src ${connect}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    // Only Svelte's compiled templates may turn text into markup.
    "require-trusted-types-for 'script'",
    'trusted-types svelte-trusted-html'
  ].join('; ')
}
