/** Events of a tree for the component that shows it. */
export interface TopicEvents {
  /** The first rows have arrived. */
  ready(): void
  /** Another topic, or none, was selected. */
  selected(): void
  /** The selected topic's row may have changed: it has newer messages, or shows another moment. */
  changed(): void
}
