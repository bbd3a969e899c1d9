/** Shows a notification of the browser while the page is not in front, if the person allowed it. Several pages show one together. */
export function showOutside(title: string, body: string, tag: string): void {
  if (document.hasFocus() || !('Notification' in window) || Notification.permission !== 'granted') return
  const notification = new Notification(title, { body, tag: `treetop-${tag}` })
  notification.onclick = () => window.focus()
}
