import { resolve } from 'node:path'
import { defineConfig } from 'electron-vite'
import renderer from './renderer.vite.config'

const from = (path: string): string => resolve(import.meta.dirname, path)

/** Set by `npm run dev` in browser mode. */
const developing = Boolean(process.env['TREETOP_DEV'])

export default defineConfig({
  main: {
    build: {
      watch: developing ? {} : null,
      // The licences of the packages bundled into it, for scripts/notices.mjs.
      license: { fileName: 'licenses.json' },
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
  // `npm run dev` in browser mode serves the page from vite's own server.
  ...(developing ? {} : { renderer })
})
