import { dialog, shell } from 'electron'
import { words } from './words'

/** Opens external https links in the user's browser, after a dialog has shown the whole address. */
export async function openOutside(url: string): Promise<void> {
  const address = URL.parse(url)
  if (address?.protocol !== 'https:') return
  // Refuse credentials: in front of the @ they can pass for a host name.
  if (address.username !== '' || address.password !== '') return
  const { openLink, open, cancel } = words()
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: openLink,
    // Show the parsed form: international host names appear in ASCII (Punycode).
    detail: address.href,
    buttons: [open, cancel],
    defaultId: 1,
    cancelId: 1,
    noLink: true
  })
  if (response === 0) await shell.openExternal(address.href)
}
