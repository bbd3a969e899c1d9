import { z } from 'zod'
import { call } from './define'

export const Language = z.enum(['system', 'en', 'zh-CN'])
export const Theme = z.enum(['system', 'dark', 'light'])

export const Settings = z.object({
  language: Language,
  theme: Theme,
  /** Where the local broker listens. Loopback unless the person chooses otherwise. */
  brokerHost: z.enum(['127.0.0.1', '0.0.0.0']),
  brokerPort: z.number().int().min(1).max(65_535)
})
export type Settings = z.infer<typeof Settings>

export const defaultSettings: Settings = {
  language: 'system',
  theme: 'system',
  brokerHost: '127.0.0.1',
  brokerPort: 1883
}

export const AppInfo = z.object({
  version: z.string(),
  host: z.enum(['desktop', 'browser']),
  platform: z.string(),
  /** Where profiles, settings and histories live. */
  dataDirectory: z.string(),
  /** How passwords are encrypted on this host; null: they are not kept. */
  secrets: z.enum(['safeStorage', 'keyFile']).nullable()
})
export type AppInfo = z.infer<typeof AppInfo>

export const appCalls = {
  'app.info': call(z.void(), AppInfo),
  'settings.get': call(z.void(), Settings),
  'settings.set': call(Settings.partial(), Settings)
}

export const appEvents = {
  'settings.changed': Settings,
  /** The desktop's menu wants one of the page's actions done. */
  'app.command': z.object({ id: z.string() })
}
