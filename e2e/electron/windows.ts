/** The part of a window that the app needs to quit. */
export interface Closable {
  /** Closes it like a user: the page or the app may prevent it. */
  close(): void
  /** Closes it at once, without asking. */
  destroy(): void
}

/** The open windows, by the facade that the app gets. */
export const windows = new Map<object, Closable>()
