import { availableParallelism } from 'node:os'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { chromiumArguments, findChromium } from './scripts/chromium.mjs'

const components = 'src/renderer/**/*.component.test.ts'
const chromium = findChromium()

/**
 * Logic tests run in Node. Component tests run in Chromium, the same one as the scenarios: tables and lists draw the rows that
 * fit into their measured height, and dialogs and menus move the focus. jsdom has no layout, so it would only test stand-ins.
 */
export default defineConfig({
  // Modules named *.svelte.ts use runes. Testing Library's own components do not.
  plugins: [
    svelte({ dynamicCompileOptions: ({ filename }) => ({ runes: !filename.includes('/@testing-library/') }) })
  ],
  test: {
    // These limits only end hanging tests. The benchmarks measure speed.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 15_000 } },
    // Many tests wait for brokers. On two cores the default is one file at a time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
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
        // Listed up front: a dependency discovered during the tests would reload the page under them.
        optimizeDeps: {
          include: ['bits-ui', '@lucide/svelte', 'vitest-browser-svelte', 'zod']
        },
        test: {
          name: 'components',
          include: [components],
          setupFiles: ['scripts/vitest-setup.ts', 'src/renderer/ui/component-test.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            viewport: { width: 1280, height: 800 },
            provider: playwright({
              launchOptions: {
                ...(chromium && { executablePath: chromium }),
                args: chromiumArguments
              }
            }),
            instances: [{ browser: 'chromium' }]
          }
        }
      }
    ]
  }
})
