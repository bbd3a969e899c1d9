/** The texts of the hex view, in the user's language. */
export interface HexWords {
  find: string
  /** Label of the switch between text and hex digits. */
  digits: string
  notDigits: string
  next: string
  previous: string
  closeFind: string
  /** Match number `place` of `count`. */
  places: (place: number, count: number) => string
  none: string
  finding: string
  inspector: string
  /** Describes the bytes between two offsets. */
  selection: (from: number, to: number) => string
  nothingSelected: string
  /** Formats a time that bytes may stand for. */
  time: (time: Date) => string
  little: string
  big: string
  copyAs: string
  asText: string
  asArray: string
}
