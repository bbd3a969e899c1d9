import { app } from 'electron'

/** The URL schemes that Treetop can open. */
const SCHEMES = ['mqtt', 'mqtts']

/**
 * Reads and sets whether the system opens broker links with Treetop. null for an app that is not packaged: the system has no name to
 * register it by.
 */
export function linkOpening(): { get(): boolean; set(opens: boolean): void } | null {
  if (!app.isPackaged) return null
  return {
    get: () => SCHEMES.every((scheme) => app.isDefaultProtocolClient(scheme)),
    set(opens) {
      for (const scheme of SCHEMES) {
        if (opens) app.setAsDefaultProtocolClient(scheme)
        else app.removeAsDefaultProtocolClient(scheme)
      }
    }
  }
}
