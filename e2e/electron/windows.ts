/** A window, as far as the app's end concerns it. */
export interface Closable {
  /** As a person does: the page, or the app, may hold it up. */
  close(): void
  /** At once, asking nobody. */
  destroy(): void
}

/** The windows that are open, each behind what the app has of it. */
export const windows = new Map<object, Closable>()
