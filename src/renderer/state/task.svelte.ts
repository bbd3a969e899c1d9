/** Work that the user starts: the control is busy while it runs, and shows its error until the next start. */
export class Task {
  busy = $state(false)
  error = $state.raw<unknown>(null)

  /** True when the work ended without an error. */
  async run(work: () => Promise<unknown>): Promise<boolean> {
    this.busy = true
    this.error = null
    try {
      await work()
      return true
    } catch (error) {
      this.error = error
      return false
    } finally {
      this.busy = false
    }
  }
}
