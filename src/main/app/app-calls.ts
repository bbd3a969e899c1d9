import type { AppInfo } from '../../shared/contract/app'
import type { CallsOf } from '../../shared/contract'

/** What the desktop has around the page. */
export interface Shell {
  /** Shows the application's menu at the pointer. */
  showMenu(): void
  /** Shows the log in the system's file manager. */
  showLogs(): void
  /** Whether the system hands links to Treetop; null where it could not. */
  links: { get(): boolean; set(opens: boolean): void } | null
}

/** What the application says of itself, and what it has the desktop do. */
export function appCalls(
  info: Omit<AppInfo, 'platform'>,
  shell: Shell | null
): Omit<CallsOf<'main', 'app'>, 'app.arrivals'> {
  const links = shell?.links ?? null
  return {
    'app.info': () => ({ ...info, platform: process.platform }),
    'app.menu': () => shell?.showMenu(),
    'app.showLogs': () => shell?.showLogs(),
    'app.opensLinks': () => links?.get() ?? null,
    'app.setOpensLinks': ({ opens }) => {
      links?.set(opens)
      return links?.get() ?? null
    }
  }
}
