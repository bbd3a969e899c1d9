import { session } from 'electron'
import { isOwnAddress } from './page'

/** The only permission granted to pages: writing to the clipboard, for "Copy". */
const ALLOWED = 'clipboard-sanitized-write'

/** Denies pages what they do not need: permissions, devices, the network, external downloads. Call before the first window opens. */
export function restrictSession(): void {
  const pages = session.defaultSession
  pages.setPermissionRequestHandler((_contents, permission, answer) => answer(permission === ALLOWED))
  pages.setPermissionCheckHandler((_contents, permission) => permission === ALLOWED)
  pages.setDevicePermissionHandler(() => false)
  // The spell checker would download dictionaries.
  pages.setSpellCheckerEnabled(false)
  pages.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !isOwnAddress(url) }))
  pages.on('will-download', (event, item) => {
    // Files that the page generated are saved where the user chooses (Electron asks); other downloads are cancelled.
    if (!isOwnAddress(item.getURL())) event.preventDefault()
  })
}
