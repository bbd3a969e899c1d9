import { defineConfig } from '@playwright/test'
import { chromium } from './scripts/place.mjs'
import type { HostOptions } from './e2e/test'

/** What only one host has, or none; everything else runs on each. */
const browserOnly = ['browser-mode.spec.ts', 'client-code.spec.ts', 'icons.spec.ts']
const desktopOnly = 'desktop*.spec.ts'

export default defineConfig<HostOptions>({
  testDir: 'e2e',
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env['CI']),
  reporter: process.env['PLAYWRIGHT_JSON_OUTPUT_NAME'] ? [['list'], ['json']] : [['list']],
  projects: [
    { name: 'browser', testIgnore: desktopOnly, use: { host: 'browser' } },
    { name: 'stand-in', testIgnore: browserOnly, use: { host: 'stand-in' } }
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
