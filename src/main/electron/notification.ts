import { Notification } from 'electron'
import type { MainWindow } from './window'

/** Shows a notification of the system; a click shows the window. Does nothing while the window is focused, which shows a notice itself. */
export function notifyOutside(window: MainWindow, said: { title: string; body: string }): void {
  if (window.current?.isFocused() || !Notification.isSupported()) return
  const notification = new Notification(said)
  notification.on('click', () => window.show())
  notification.show()
}
