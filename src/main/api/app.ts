import type { AppInfo } from '../../shared/contract/app'
import type { Handlers } from '../../shared/rpc/contract'
import type { SettingsStore } from '../profiles/settings'

export function appHandlers({
  settings,
  ...info
}: Omit<AppInfo, 'platform'> & { settings: SettingsStore }): Pick<
  Handlers,
  'app.info' | 'settings.get' | 'settings.set'
> {
  return {
    'app.info': () => ({ ...info, platform: process.platform }),
    'settings.get': () => settings.get(),
    'settings.set': (patch) => settings.set(patch)
  }
}
