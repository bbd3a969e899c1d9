// The browser of the scenarios and benchmarks: the machine's Chromium, because Playwright's own cannot be downloaded everywhere.
import { existsSync } from 'node:fs'

/** The machine's Chromium or Chrome, or undefined. */
export const findChromium = () =>
  [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe'
  ].find((path) => existsSync(path))

/**
 * What Playwright 1.65 switches off (its chromiumSwitches.ts), repeated because Chromium obeys only the last `--disable-features`; and the
 * address bar's suggestions: two pages that Chromium loads into each new window and never shows, for more CPU time than Treetop's page.
 */
const withoutFeatures = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'TcpPortRandomizationWin',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup'
]

/** Chromium's arguments, beside those of Playwright. */
export const chromiumArguments = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--disable-features=${withoutFeatures.join(',')}`
]
