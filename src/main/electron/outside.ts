import { dialog, shell } from 'electron'
import { words } from './words'

/** A link out of Treetop goes to the person's browser, when it is https and they agree, having seen all of its address. */
export async function openOutside(url: string): Promise<void> {
  const address = URL.parse(url)
  if (address?.protocol !== 'https:') return
  // What stands before an @ looks like a host, and is none.
  if (address.username !== '' || address.password !== '') return
  const { openLink, open, cancel } = words()
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: openLink,
    // As it is parsed: a name in another script is shown in its ASCII form.
    detail: address.href,
    buttons: [open, cancel],
    defaultId: 1,
    cancelId: 1,
    noLink: true
  })
  if (response === 0) await shell.openExternal(address.href)
}
