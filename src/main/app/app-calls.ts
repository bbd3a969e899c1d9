import type { AppInfo } from '../../shared/contract/app'
import type { CallsOf } from '../../shared/contract'

/** Native functions of the desktop host. */
export interface Shell {
  /** Shows the application menu at the pointer. */
  showMenu(): void
  /** Shows the log in the system's file manager. */
  showLogs(): void
  /** Whether the system opens broker links with Treetop; null where it cannot. */
  links: { get(): boolean; set(opens: boolean): void } | null
}

/** Information about the app, and its native functions. */
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
