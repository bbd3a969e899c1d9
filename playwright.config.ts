import { defineConfig } from '@playwright/test'
import { electronFault } from './scripts/electron.mjs'
import { findChromium } from './scripts/place.mjs'
import type { HostOptions } from './e2e/test'

/** What only one host has, or none; everything else runs on each. */
const browserOnly = [
  'browser-mode.spec.ts',
  'client-code.spec.ts',
  'deployment.spec.ts',
  'icons.spec.ts',
  'packages.spec.ts'
]
/** What is told to the stand-in, and cannot be to a system: its keyring, displays, what a person answers. */
const standInOnly = ['desktop.spec.ts', 'desktop-*.spec.ts']
/** What compares the stand-in with Electron itself. */
const electronOnly = 'electron.spec.ts'

const chromium = findChromium()

export default defineConfig<HostOptions>({
  testDir: 'e2e',
  // Unit tests of what stands in for Electron are vitest's.
  testMatch: '*.spec.ts',
  // Each test has a browser, a Treetop with its threads, often a broker: where it must be certain, nothing else runs beside it.
  workers: process.env['CI'] ? 1 : 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env['CI']),
  reporter: process.env['PLAYWRIGHT_JSON_OUTPUT_NAME'] ? [['list'], ['json']] : [['list']],
  projects: [
    { name: 'browser', testIgnore: [...standInOnly, electronOnly], use: { host: 'browser' } },
    { name: 'stand-in', testIgnore: [...browserOnly, electronOnly], use: { host: 'stand-in' } },
    // Only where Electron itself can run: `npm test` says so where it cannot.
    ...(electronFault() === null
      ? [
          {
            name: 'electron',
            testIgnore: [...browserOnly, ...standInOnly],
            use: { host: 'electron' as const }
          }
        ]
      : [])
  ],
  use: {
    viewport: { width: 1280, height: 800 },
    locale: 'en-US',
    trace: 'retain-on-failure',
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
