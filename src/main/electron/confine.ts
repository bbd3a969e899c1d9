import { app, type WebContents } from 'electron'
import { openOutside } from './outside'
import { isPage } from './page'

/** Stops windows from navigating away, opening windows and embedding frames. Call before the first window opens. */
export function confinePages(): void {
  app.on('web-contents-created', (_event, contents) => confine(contents))
}

function confine(contents: WebContents): void {
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !isPage(event.url)) event.preventDefault()
  })
  contents.on('will-redirect', (event) => {
    if (!isPage(event.url)) event.preventDefault()
  })
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    void openOutside(url)
    return { action: 'deny' }
  })
  // The page uses no WebRTC; this keeps an injected script from learning the machine's addresses through it.
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp')
}
