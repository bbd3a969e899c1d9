import { resolve } from 'node:path'
import { paraglideVitePlugin } from '@inlang/paraglide-js'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig, type Plugin } from 'vite'

const from = (path: string): string => resolve(import.meta.dirname, path)

/** Offline, the message plugin that cannot be loaded "compiles" to no words at all: that must not pass for a build. */
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

/** The page, for every host. */
export default defineConfig({
  root: from('src/renderer'),
  build: {
    rollupOptions: { input: from('src/renderer/index.html') },
    // Data URLs would widen the page's security policy.
    assetsInlineLimit: 0,
    minify: true,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2_500
  },
  plugins: [
    paraglideVitePlugin({
      project: from('project.inlang'),
      outdir: from('src/renderer/paraglide'),
      strategy: ['globalVariable', 'baseLocale'],
      emitTsDeclarations: true
    }),
    refuseEmptyCatalogue,
    svelte({ configFile: from('svelte.config.js') })
  ]
})
