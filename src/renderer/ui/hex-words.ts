/** What the hex view says, in the person's language. */
export interface HexWords {
  find: string
  /** The switch between text and hex digits. */
  digits: string
  notDigits: string
  next: string
  previous: string
  closeFind: string
  /** `place` of `count` places. */
  places: (place: number, count: number) => string
  none: string
  finding: string
  inspector: string
  /** Of the bytes from one place to another. */
  selection: (from: number, to: number) => string
  nothingSelected: string
  little: string
  big: string
  copyAs: string
  asText: string
  asArray: string
}
