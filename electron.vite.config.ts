import { resolve } from 'node:path'
import { paraglideVitePlugin } from '@inlang/paraglide-js'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'electron-vite'

const from = (path: string): string => resolve(import.meta.dirname, path)

export default defineConfig({
  main: {
    build: {
      rollupOptions: { input: { index: from('src/main/index.ts'), headless: from('src/main/headless.ts') } }
    }
  },
  preload: {
    build: {
      rollupOptions: {
        input: { index: from('src/preload/index.ts') },
        // A sandboxed preload must be CommonJS.
        output: { format: 'cjs', entryFileNames: '[name].cjs' }
      }
    }
  },
  renderer: {
    root: from('src/renderer'),
    build: { rollupOptions: { input: from('src/renderer/index.html') }, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
    plugins: [
      paraglideVitePlugin({
        project: from('project.inlang'),
        outdir: from('src/renderer/paraglide'),
        strategy: ['globalVariable', 'baseLocale'],
        emitTsDeclarations: true
      }),
      svelte({ configFile: from('svelte.config.js') })
    ]
  }
})
