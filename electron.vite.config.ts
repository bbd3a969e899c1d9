import { resolve } from 'node:path'
import { defineConfig } from 'electron-vite'
import renderer from './renderer.vite.config'

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
  renderer
})
