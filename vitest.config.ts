import { svelte } from '@sveltejs/vite-plugin-svelte'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { findChromium } from './scripts/place.mjs'

const components = 'src/renderer/**/*.component.test.ts'
const chromium = findChromium()

/**
 * Tests of logic run in Node. Tests of components run in Chromium, the one that the scenarios use: tables and lists draw the rows that
 * their measured height has room for, and dialogs and menus move the focus. jsdom has no layout, so it would test stand-ins of both.
 */
export default defineConfig({
  // Modules named *.svelte.ts have runes in them. Testing Library's own components are written without.
  plugins: [
    svelte({ dynamicCompileOptions: ({ filename }) => ({ runes: !filename.includes('/@testing-library/') }) })
  ],
  test: {
    // These end what hangs. How fast something is, the benchmarks measure.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: [
            'src/**/*.test.ts',
            'scripts/**/*.test.ts',
            'bench/**/*.test.ts',
            'fuzz/**/*.test.ts',
            'e2e/electron/**/*.test.ts'
          ],
          exclude: [components],
          setupFiles: ['scripts/vitest-setup.ts'],
          environment: 'node',
          pool: 'forks'
        }
      },
      {
        extends: true,
        // Found before the first test: what is found later reloads the page under the tests.
        optimizeDeps: {
          include: ['bits-ui', '@lucide/svelte', 'vitest-browser-svelte', 'zod']
        },
        test: {
          name: 'components',
          include: [components],
          setupFiles: ['src/renderer/ui/component-test.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            viewport: { width: 1280, height: 800 },
            provider: playwright({
              launchOptions: {
                ...(chromium && { executablePath: chromium }),
                args: ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking']
              }
            }),
            instances: [{ browser: 'chromium' }]
          }
        }
      }
    ]
  }
})
