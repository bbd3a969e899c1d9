import { defineConfig } from '@playwright/test'
import { electronFault } from './scripts/electron.mjs'
import { findChromium } from './scripts/place.mjs'
import { full } from './e2e/extent'
import type { HostOptions } from './e2e/test'

/** Scenarios that only browser mode has, or that have no host at all. */
const browserOnly = [
  'browser-mode.spec.ts',
  'client-code.spec.ts',
  'deployment.spec.ts',
  'icons.spec.ts',
  'packages.spec.ts'
]
/** Scenarios that tell the stand-in what no system can be told, such as its keyring or its displays, or that test the stand-in. */
const standInOnly = ['', '-preload', '-report', '-revive', '-shell', '-updates'].map(
  (part) => `desktop${part}.spec.ts`
)
/** Scenarios of the desktop shell: windows, security, crashes. */
const desktopOnly = ['-crash', '-security', '-window'].map((part) => `desktop${part}.spec.ts`)
/** Compares the stand-in with Electron itself. */
const electronOnly = 'electron.spec.ts'

/** What of the shared scenarios runs on the desktop hosts: those in which hosts differ. The browser runs all of them. */
const differing = full ? {} : { grep: [/@every-host/, / (?:desktop|electron)\S*\.spec\.ts /] }

const chromium = findChromium()

export default defineConfig<HostOptions>({
  testDir: 'e2e',
  // Unit tests of what stands in for Electron are vitest's.
  testMatch: '*.spec.ts',
  // Each scenario has its own data directory, ports and browser context, so that any two can run at the same time.
  fullyParallel: true,
  workers: 2,
  // These end what hangs. How fast something is, the benchmarks measure.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  forbidOnly: Boolean(process.env['CI']),
  reporter: process.env['PLAYWRIGHT_JSON_OUTPUT_NAME'] ? [['list'], ['json']] : [['list']],
  projects: [
    { name: 'browser', testIgnore: [...standInOnly, ...desktopOnly, electronOnly], use: { host: 'browser' } },
    { name: 'stand-in', testIgnore: [...browserOnly, electronOnly], ...differing, use: { host: 'stand-in' } },
    // Only where Electron itself can run: `npm test` says so where it cannot.
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
    // A picture of the failure is enough: recording them all the time takes much of a core.
    trace: { mode: 'retain-on-failure', screenshots: false, sources: false },
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(chromium && { executablePath: chromium }),
      args: [
        '--no-sandbox',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync'
      ]
    }
  }
})
