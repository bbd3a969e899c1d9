import { defineConfig } from '@playwright/test'
import { electronFault } from './scripts/electron.mjs'
import { chromiumArguments, findChromium } from './scripts/chromium.mjs'
import { full } from './e2e/extent'
import type { HostOptions } from './e2e/test'

/** Scenarios that exist only in browser mode, or that need no host at all. */
const browserOnly = [
  'browser-mode.spec.ts',
  'client-code.spec.ts',
  'deployment.spec.ts',
  'icons.spec.ts',
  'packages.spec.ts'
]
/** Scenarios that control what tests cannot control on a real system, such as the keyring or displays, or that test the stand-in itself. */
const standInOnly = ['', '-preload', '-report', '-revive', '-shell', '-updates'].map(
  (part) => `desktop${part}.spec.ts`
)
/** Scenarios of the desktop shell: windows, security, crashes. */
const desktopOnly = ['-crash', '-security', '-window'].map((part) => `desktop${part}.spec.ts`)
/** Compares the stand-in with Electron itself. */
const electronOnly = 'electron.spec.ts'

/** The shared scenarios that also run on the desktop hosts: those in which hosts differ. The browser runs all of them. */
const differing = full ? {} : { grep: [/@every-host/, / (?:desktop|electron)\S*\.spec\.ts /] }

const chromium = findChromium()

export default defineConfig<HostOptions>({
  testDir: 'e2e',
  // vitest runs the unit tests of the Electron stand-in.
  testMatch: '*.spec.ts',
  // Each scenario has its own data directory, ports and browser context, so any of them can run in parallel.
  fullyParallel: true,
  // Three were no faster on two cores.
  workers: 2,
  // These limits only end hanging tests. The benchmarks measure speed.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  forbidOnly: Boolean(process.env['CI']),
  reporter: process.env['PLAYWRIGHT_JSON_OUTPUT_NAME'] ? [['list'], ['json']] : [['list']],
  projects: [
    { name: 'browser', testIgnore: [...standInOnly, ...desktopOnly, electronOnly], use: { host: 'browser' } },
    { name: 'stand-in', testIgnore: [...browserOnly, electronOnly], ...differing, use: { host: 'stand-in' } },
    // Only if Electron itself can run here: otherwise `npm test` reports that it cannot.
    ...(electronFault() === null
      ? [
          {
            name: 'electron',
            testIgnore: [...browserOnly, ...standInOnly],
            ...differing,
            use: { host: 'electron' as const }
          }
        ]
      : [])
  ],
  use: {
    viewport: { width: 1280, height: 800 },
    locale: 'en-US',
    // Recording traces takes a tenth of the time. To look into a failure: `npx playwright test --trace retain-on-failure`.
    trace: 'off',
    screenshot: 'only-on-failure',
    // Drawing transitions takes time, too.
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: {
      ...(chromium && { executablePath: chromium }),
      args: chromiumArguments
    }
  }
})
