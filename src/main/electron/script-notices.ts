import type { App } from '../compose'
import { notifyOutside } from './notification'
import type { MainWindow } from './window'
import { words } from './words'

/** Shows a notification of the system for what scripts raise, while the window is not focused. Notices of one call share one. */
export function followScripts({ scriptNotices }: Pick<App, 'scriptNotices'>, window: MainWindow): void {
  scriptNotices.on('raised', ({ name, texts }) => {
    const [first = '', ...others] = texts
    const body = others.length === 0 ? first : words().scriptMore(first, others.length)
    notifyOutside(window, { title: name, body })
  })
}
