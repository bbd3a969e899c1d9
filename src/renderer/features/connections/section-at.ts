/** px below the upper edge within which a section's title counts as having reached it. */
const REACH = 40

/**
 * Index of the section that is in view.
 *
 * @param tops where each section begins, in px below the upper edge
 */
export function sectionAt(
  tops: readonly number[],
  { scrollTop, clientHeight, scrollHeight }: { scrollTop: number; clientHeight: number; scrollHeight: number }
): number {
  const isAtEnd = scrollTop > 0 && scrollTop + clientHeight >= scrollHeight - 1
  return isAtEnd
    ? tops.length - 1
    : Math.max(
        0,
        tops.findLastIndex((top) => top <= REACH)
      )
}
