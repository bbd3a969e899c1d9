import { app } from 'electron'

/** What a click on a link may hand to Treetop. */
const SCHEMES = ['mqtt', 'mqtts']

/**
 * Whether the system hands links of brokers to Treetop, and whether it is to. An app that is not packaged has no name by which a system
 * could know it: null.
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
