/** The parsed bytes; or the UTF-16 offset of the first character that is not a hex digit, null if a digit is missing. */
export type HexDigits = { bytes: Uint8Array } | { offset: number | null }

/**
 * Parses hex bytes, separated by white space, commas, colons, dashes or `0x`. Each `0x` starts a separate number: `0x1` is one byte.
 */
export function readHex(text: string): HexDigits {
  let digits = ''
  for (const { 0: token, index } of text.matchAll(/[^\s,:-]+/g)) {
    // `0x` starts a number even directly after another one: 0x010x02.
    let offset = index
    for (const [part, number] of token.split(/0x/i).entries()) {
      const wrong = number.search(/[^0-9a-f]/i)
      if (wrong !== -1) return { offset: offset + wrong }
      digits += part > 0 && number.length % 2 === 1 ? `0${number}` : number
      offset += number.length + 2
    }
  }
  if (digits.length % 2 === 1) return { offset: null }
  return { bytes: Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)) }
}
