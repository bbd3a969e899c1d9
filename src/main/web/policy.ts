import { randomBytes } from 'node:crypto'
import type { StaticFile } from './static-files'

/** Stands in the built page where the nonce of a load goes (renderer.vite.config.ts). */
const PLACE = '__NONCE__'

/** What the page never asks for. To put text in the clipboard is what it may. */
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
 * A file of the page as it is served on every host, with what a browser must know of it. `connect` is where the page may connect
 * to. Each load of the page has a nonce of its own, with which CodeMirror may write its style element.
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

/** What the page may load and do. Nothing may be evaluated, and nothing comes from elsewhere. */
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
    // Text becomes markup in one place only: where Svelte makes what its components are written in.
    "require-trusted-types-for 'script'",
    'trusted-types svelte-trusted-html'
  ].join('; ')
}
