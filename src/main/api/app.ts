import type { AppInfo } from '../../shared/contract/app'
import type { Handlers } from '../../shared/rpc/contract'
import type { SettingsStore } from '../profiles/settings'

/** What the desktop has around the page. */
export interface Shell {
  /** Shows the application's menu at the pointer. */
  showMenu(): void
  /** Shows the log in the system's file manager. */
  showLogs(): void
  /** Whether the system hands links to Treetop; null where it could not. */
  links: { get(): boolean; set(opens: boolean): void } | null
}

export function appHandlers({
  settings,
  shell,
  ...info
}: Omit<AppInfo, 'platform'> & { settings: SettingsStore; shell: Shell | null }): Pick<
  Handlers,
  | 'app.info'
  | 'app.menu'
  | 'app.showLogs'
  | 'app.opensLinks'
  | 'app.setOpensLinks'
  | 'settings.get'
  | 'settings.set'
> {
  const links = shell?.links ?? null
  return {
    'app.info': () => ({ ...info, platform: process.platform }),
    'app.menu': () => shell?.showMenu(),
    'app.showLogs': () => shell?.showLogs(),
    'app.opensLinks': () => links?.get() ?? null,
    'app.setOpensLinks': ({ opens }) => {
      links?.set(opens)
      return links?.get() ?? null
    },
    'settings.get': () => settings.get(),
    'settings.set': (patch) => settings.set(patch)
  }
}
