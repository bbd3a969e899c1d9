/** What a search knows so far. It survives a search that is cut short. */
export interface Bounds {
  /** The largest size that passed; 0: none. */
  passed: number
  /** The smallest size that failed; null: none. */
  failed: number | null
  /** It was cut short by a limit. */
  isCut: boolean
}

/**
 * Finds the largest size up to `most` that passes, to within `share` of it (0: exactly): tries `most`, then doubles from `least`, then
 * halves the range that is left. Updates `bounds` after each try.
 */
export async function largest(
  { least, most, share }: { least: number; most: number; share: number },
  bounds: Bounds,
  passes: (size: number) => Promise<boolean>
): Promise<void> {
  const attempt = async (size: number): Promise<boolean> => {
    const passed = await passes(size)
    if (passed) bounds.passed = size
    else bounds.failed = size
    return passed
  }
  if (await attempt(most)) return
  for (let size = least; size < most && (await attempt(size)); size *= 2);
  // Even the least failed.
  if (bounds.passed === 0) return
  while (bounds.failed! - bounds.passed > Math.max(1, bounds.passed * share))
    await attempt(Math.floor((bounds.failed! + bounds.passed) / 2))
}
