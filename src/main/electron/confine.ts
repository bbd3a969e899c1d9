import { app, type WebContents } from 'electron'
import { openOutside } from './outside'
import { isPage } from './page'

/** Keeps every window on the page, without windows and frames of its own. To be called before the first window. */
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
  // The page makes no calls; a script that came in anyway learns no address of this machine by them.
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp')
}
