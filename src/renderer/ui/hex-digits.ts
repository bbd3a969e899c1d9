/** Pairs of hex digits as people paste them; or the place (UTF-16 offset) of what is no digit, null when a digit is missing. */
export type HexDigits = { bytes: Uint8Array } | { offset: number | null }

/**
 * Reads bytes in hex, with white space, commas, colons, dashes and `0x` between them. A number after `0x` stands for itself: `0x1` is one byte.
 */
export function readHex(text: string): HexDigits {
  let digits = ''
  for (const { 0: token, index } of text.matchAll(/[^\s,:-]+/g)) {
    // `0x` begins a number also right after another one: 0x010x02.
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
