import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { paraglideVitePlugin } from '@inlang/paraglide-js'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig, type Plugin, type ProxyOptions } from 'vite'

const from = (path: string): string => resolve(import.meta.dirname, path)

/** Offline, the message plugin may fail to load and then "compile" an empty catalogue. Fail the build in that case. */
const refuseEmptyCatalogue: Plugin = {
  name: 'treetop:words',
  async buildStart() {
    const { m } = (await import(`${from('src/renderer/paraglide/messages.js')}?${Date.now()}`)) as {
      m: object
    }
    if (Object.keys(m).length < 50)
      this.error('The words were not compiled: is @inlang/plugin-message-format installed?')
  }
}

/** For `npm run dev` in browser mode: vite serves the page and proxies its requests to the process started by scripts/dev.mjs. */
function developmentProxy(): Record<string, ProxyOptions> {
  const { TREETOP_DEV: target, TREETOP_DEV_TOKEN: token } = process.env
  if (!target) return {}
  const pass = createHash('sha256').update(`cookie ${token}`).digest('hex')
  const headers = { origin: target, cookie: `treetop-${new URL(target).port}=${pass}` }
  return Object.fromEntries(
    ['/rpc', '/download'].map((path) => [path, { target, ws: true, changeOrigin: true, headers }])
  )
}

/** The page, for every host. */
export default defineConfig({
  root: from('src/renderer'),
  server: { host: '127.0.0.1', proxy: developmentProxy() },
  // The placeholder is replaced with a new nonce on each page load (src/main/web/policy.ts).
  html: { cspNonce: '__NONCE__' },
  build: {
    rollupOptions: { input: from('src/renderer/index.html') },
    // Data URLs would require a looser content security policy.
    assetsInlineLimit: 0,
    // The licences of the packages bundled into the page, for scripts/notices.mjs.
    license: { fileName: 'licenses.json' },
    minify: true,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2_900
  },
  plugins: [
    paraglideVitePlugin({
      project: from('project.inlang'),
      outdir: from('src/renderer/paraglide'),
      strategy: ['globalVariable', 'baseLocale'],
      emitTsDeclarations: true,
      outputStructure: 'locale-modules'
    }),
    refuseEmptyCatalogue,
    svelte({ configFile: from('svelte.config.js') })
  ]
})
