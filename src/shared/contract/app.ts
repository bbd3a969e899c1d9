import { z } from 'zod'
import { BrokerLimits, BrokerListener, defaultBrokerLimits } from './broker'
import { defaultSnSettings, SnSettings } from './mqtt-sn'
import { call } from './define'
import { ProfileFields } from './profiles'

export const Language = z.enum(['system', 'en', 'zh-CN'])
export const Theme = z.enum(['system', 'dark', 'light'])

/** Size of the interface's text, and of what holds it. */
const TextSize = z.enum(['small', 'normal', 'large'])
/** Height of the rows of tables, trees and lists. */
const Density = z.enum(['comfortable', 'compact'])
/**
 * How times are written: `clock` is local time to the millisecond with 24 hours, `system` follows the system's language and clock,
 * `iso` is ISO 8601 with the offset from UTC, `utc` is ISO 8601 in UTC.
 */
const TimeFormat = z.enum(['clock', 'system', 'iso', 'utc'])

export const Settings = z.object({
  language: Language,
  theme: Theme,
  textSize: TextSize,
  density: Density,
  timeFormat: TimeFormat,
  /** The panel with which the page of topics opens. */
  topicPanel: z.enum(['value', 'diff', 'chart', 'history']),
  /** The publish panel when Treetop opens; `kept`: as the user left it. */
  publishPanel: z.enum(['kept', 'shown', 'hidden']),
  /** Where the local broker listens. Loopback unless the user chooses otherwise. */
  brokerHost: z.enum(['127.0.0.1', '0.0.0.0']),
  brokerPort: z.number().int().min(1).max(65_535),
  /** Listeners besides that one. */
  brokerListeners: z.array(BrokerListener),
  /** What the MQTT-SN listeners among them share. */
  brokerSn: SnSettings,
  /** The local broker forgets sessions and retained messages when it stops. */
  brokerForgets: z.boolean(),
  brokerLimits: BrokerLimits,
  /** Desktop: whether Treetop checks for updates. It does not until the user has been asked. */
  updates: z.enum(['unasked', 'off', 'daily']),
  /** Desktop: show an icon in the tray. */
  tray: z.boolean(),
  /** Desktop: keep running in the tray when the window is closed. On macOS, every app does. */
  keepRunning: z.boolean()
})
export type Settings = z.infer<typeof Settings>

export const defaultSettings: Settings = {
  language: 'system',
  theme: 'system',
  textSize: 'normal',
  density: 'comfortable',
  timeFormat: 'clock',
  topicPanel: 'value',
  publishPanel: 'kept',
  brokerHost: '127.0.0.1',
  brokerPort: 1883,
  brokerListeners: [],
  brokerSn: defaultSnSettings,
  brokerForgets: false,
  brokerLimits: defaultBrokerLimits,
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
  /** The directory of profiles, settings and histories. */
  dataDirectory: z.string(),
  logFile: z.string(),
  /** How passwords are encrypted on this host; null: they are not stored. */
  secrets: z.enum(['safeStorage', 'keyFile']).nullable()
})
export type AppInfo = z.infer<typeof AppInfo>

/** The connection fields in an address (`mqtt://…`). */
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

/** Something opened with Treetop from outside. */
export const Arrival = z.discriminatedUnion('kind', [
  /** Show the connection form, filled in. Nothing connects automatically. */
  z.object({ kind: z.literal('connection'), address: BrokerAddress }),
  /** A recording's file was opened: show its tab. */
  z.object({ kind: z.literal('recording'), id: z.string() }),
  /** A file could not be opened: an error's code and details (shared/errors.ts). */
  z.object({ kind: z.literal('failed'), code: z.string(), details: z.record(z.string(), z.unknown()) }),
  /** The address has an unknown scheme or is malformed. Only the part before the colon is reported: the rest may contain a password. */
  z.object({ kind: z.literal('refused'), scheme: z.string() })
])
export type Arrival = z.infer<typeof Arrival>

export const appCalls = {
  'app.info': call('main', z.void(), AppInfo),
  /** The arrivals since the last call. Each is returned once. */
  'app.arrivals': call('main', z.void(), z.array(Arrival)),
  /** Desktop: whether the system opens `mqtt:` and `mqtts:` links with Treetop; null: not possible here. */
  'app.opensLinks': call('main', z.void(), z.boolean().nullable()),
  /** Turns that on or off. Returns the resulting state. */
  'app.setOpensLinks': call('main', z.object({ opens: z.boolean() }), z.boolean().nullable()),
  /** Desktop: shows the log in the system's file manager. */
  'app.showLogs': call('main', z.void(), z.void()),
  /** Desktop: shows the application's menu at the pointer, for windows without a menu bar. */
  'app.menu': call('main', z.void(), z.void()),
  'settings.get': call('main', z.void(), Settings),
  'settings.set': call('main', Settings.partial(), Settings)
}

export const appEvents = {
  'settings.changed': Settings,
  /** Something has arrived: see `app.arrivals`. */
  'app.arrived': z.object({}),
  /** The desktop's menu requests one of the page's actions. */
  'app.command': z.object({ id: z.string() })
}
