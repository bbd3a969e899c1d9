import { app, dialog, session, shell, type WebContents } from 'electron'
import { isPage } from './page'
import { words } from './words'

/** What a page may ask for: to put text in the clipboard, which "Copy" does. */
const ALLOWED = 'clipboard-sanitized-write'

/** Keeps every window on the page, without permissions and without windows of its own. To be called when Electron is ready. */
export function confinePages(): void {
  app.on('web-contents-created', (_event, contents) => confine(contents))
  session.defaultSession.setPermissionRequestHandler((_contents, permission, answer) =>
    answer(permission === ALLOWED)
  )
  session.defaultSession.setPermissionCheckHandler((_contents, permission) => permission === ALLOWED)
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
}

/** A link out of Treetop goes to the person's browser, when it is https and the person agrees. */
async function openOutside(url: string): Promise<void> {
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:') return
  const { openLink, open, cancel } = words()
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: openLink,
    detail: url,
    buttons: [open, cancel],
    defaultId: 0,
    cancelId: 1,
    noLink: true
  })
  if (response === 0) await shell.openExternal(url)
}
