/** What decides where a character of a field stands. */
const STYLES = [
  'boxSizing',
  'width',
  'padding',
  'border',
  'font',
  'letterSpacing',
  'tabSize',
  'textIndent',
  'lineHeight'
] as const

/** Where a character of a text field stands in the window, in px: its left edge, and the upper and lower edge of its line. */
export function caretPlace(
  field: HTMLInputElement | HTMLTextAreaElement,
  offset: number
): { left: number; top: number; bottom: number } {
  const styles = getComputedStyle(field)
  const copy = document.createElement('div')
  for (const name of STYLES) copy.style[name] = styles[name]
  const isArea = field instanceof HTMLTextAreaElement
  Object.assign(copy.style, {
    position: 'absolute',
    visibility: 'hidden',
    whiteSpace: isArea ? 'pre-wrap' : 'pre',
    overflowWrap: 'break-word'
  })
  const mark = document.createElement('span')
  mark.textContent = '\u200b'
  copy.append(field.value.slice(0, offset), mark)
  document.body.append(copy)
  const box = field.getBoundingClientRect()
  const left = box.left + mark.offsetLeft - field.scrollLeft
  const top = isArea ? box.top + mark.offsetTop - field.scrollTop : box.top
  const bottom = isArea ? top + mark.offsetHeight : box.bottom
  copy.remove()
  return { left: Math.min(Math.max(left, box.left), box.right), top, bottom }
}
