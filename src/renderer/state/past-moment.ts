/** The past moment that is shown, for what an empty part of the page says. */
export interface PastMoment {
  /** Its time, formatted. */
  time: string
  /** Label of the button that leaves the past. */
  leaveLabel: string
  leave: () => void
}
