import { session } from 'electron'
import { isOwnAddress } from './page'

/** What a page may ask for: to put text in the clipboard, which "Copy" does. */
const ALLOWED = 'clipboard-sanitized-write'

/** Takes from pages what they do not need: permissions, devices, the network, files from elsewhere. To be called before the first window. */
export function restrictSession(): void {
  const pages = session.defaultSession
  pages.setPermissionRequestHandler((_contents, permission, answer) => answer(permission === ALLOWED))
  pages.setPermissionCheckHandler((_contents, permission) => permission === ALLOWED)
  pages.setDevicePermissionHandler(() => false)
  // Chromium fetches dictionaries from the network for it.
  pages.setSpellCheckerEnabled(false)
  pages.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !isOwnAddress(url) }))
  pages.on('will-download', (event, item) => {
    // What the page made itself is saved where the person says (Electron asks); nothing else is.
    if (!isOwnAddress(item.getURL())) event.preventDefault()
  })
}
