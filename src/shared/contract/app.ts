import { z } from 'zod'
import { call } from './define'
import { ProfileFields } from './profiles'

export const Language = z.enum(['system', 'en', 'zh-CN'])
export const Theme = z.enum(['system', 'dark', 'light'])

export const Settings = z.object({
  language: Language,
  theme: Theme,
  /** Where the local broker listens. Loopback unless the person chooses otherwise. */
  brokerHost: z.enum(['127.0.0.1', '0.0.0.0']),
  brokerPort: z.number().int().min(1).max(65_535),
  /** Desktop: whether Treetop looks for a newer version of itself. Until the person was asked it does not. */
  updates: z.enum(['unasked', 'off', 'daily']),
  /** Desktop: Treetop has an icon in the tray. */
  tray: z.boolean(),
  /** Desktop: Treetop goes on, in the tray, when its window is closed. On macOS every app does. */
  keepRunning: z.boolean()
})
export type Settings = z.infer<typeof Settings>

export const defaultSettings: Settings = {
  language: 'system',
  theme: 'system',
  brokerHost: '127.0.0.1',
  brokerPort: 1883,
  updates: 'unasked',
  tray: false,
  keepRunning: false
}

export const AppInfo = z.object({
  version: z.string(),
  host: z.enum(['desktop', 'browser']),
  platform: z.string(),
  /** Desktop: whether pages run in Chromium's sandbox. */
  sandboxed: z.boolean(),
  /** Where profiles, settings and histories live. */
  dataDirectory: z.string(),
  logFile: z.string(),
  /** How passwords are encrypted on this host; null: they are not kept. */
  secrets: z.enum(['safeStorage', 'keyFile']).nullable()
})
export type AppInfo = z.infer<typeof AppInfo>

/** What an address (`mqtt://…`) says of a connection. */
export const BrokerAddress = ProfileFields.pick({
  name: true,
  protocol: true,
  host: true,
  port: true
}).extend({
  ...ProfileFields.pick({ username: true, path: true, subscriptions: true }).partial().shape,
  password: z.string().optional()
})
export type BrokerAddress = z.infer<typeof BrokerAddress>

/** What was handed to Treetop from outside. */
export const Arrival = z.discriminatedUnion('kind', [
  /** A connection's form is to be shown, filled in: nothing is connected by itself. */
  z.object({ kind: z.literal('connection'), address: BrokerAddress }),
  /** A recording's file was opened: its tab is to be shown. */
  z.object({ kind: z.literal('recording'), id: z.string() }),
  /** A file could not be opened: an error's code and details (shared/errors.ts). */
  z.object({ kind: z.literal('failed'), code: z.string(), details: z.record(z.string(), z.unknown()) }),
  /** It was no address that Treetop knows. Of that only what stands before the colon is told: the rest may hold a password. */
  z.object({ kind: z.literal('refused'), scheme: z.string() })
])
export type Arrival = z.infer<typeof Arrival>

export const appCalls = {
  'app.info': call('main', z.void(), AppInfo),
  /** What has arrived since it was asked last: each is given once. */
  'app.arrivals': call('main', z.void(), z.array(Arrival)),
  /** Desktop: whether the system hands `mqtt:` and `mqtts:` links to Treetop; null where it could not. */
  'app.opensLinks': call('main', z.void(), z.boolean().nullable()),
  /** Has the system do so, or no longer; what holds then. */
  'app.setOpensLinks': call('main', z.object({ opens: z.boolean() }), z.boolean().nullable()),
  /** Desktop: shows the log in the system's file manager. */
  'app.showLogs': call('main', z.void(), z.void()),
  /** Desktop: shows the application's menu at the pointer, where the window has no menu bar. */
  'app.menu': call('main', z.void(), z.void()),
  'settings.get': call('main', z.void(), Settings),
  'settings.set': call('main', Settings.partial(), Settings)
}

export const appEvents = {
  'settings.changed': Settings,
  /** Something has arrived: see `app.arrivals`. */
  'app.arrived': z.object({}),
  /** The desktop's menu wants one of the page's actions done. */
  'app.command': z.object({ id: z.string() })
}
