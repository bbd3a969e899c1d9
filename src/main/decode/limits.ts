/** Largest inflated payload, in bytes: a small payload can expand a thousandfold. */
export const MAX_INFLATED = 16 * 1_048_576

/** Nested wrappings removed at most. */
export const MAX_WRAPPINGS = 3

/** Longer XML, in characters, is shown unformatted. */
export const MAX_XML = 2_000_000

/** Larger images, in pixels, are not shown: the page would need four bytes per pixel. */
export const MAX_PIXELS = 100_000_000
