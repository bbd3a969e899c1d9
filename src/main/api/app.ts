import type { AppInfo } from '../../shared/contract/app'
import type { Handlers } from '../../shared/rpc/contract'
import type { SettingsStore } from '../profiles/settings'

export function appHandlers({
  settings,
  showMenu,
  ...info
}: Omit<AppInfo, 'platform'> & { settings: SettingsStore; showMenu: () => void }): Pick<
  Handlers,
  'app.info' | 'app.menu' | 'settings.get' | 'settings.set'
> {
  return {
    'app.menu': () => showMenu(),
    'app.info': () => ({ ...info, platform: process.platform }),
    'settings.get': () => settings.get(),
    'settings.set': (patch) => settings.set(patch)
  }
}
