/** What an inflated payload may come to, in bytes: a small payload can hold a thousand times its size. */
export const MAX_INFLATED = 16 * 1_048_576

/** Wrappings that are taken off one inside the other. */
export const MAX_WRAPPINGS = 3

/** XML beyond so many characters is shown as it came. */
export const MAX_XML = 2_000_000

/** Pictures beyond so many pixels are not shown: the page would need four bytes for each. */
export const MAX_PIXELS = 100_000_000
