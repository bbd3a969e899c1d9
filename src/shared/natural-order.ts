/** Compares runs of digits as numbers (`line2` before `line10`) and the rest by code unit. Returns zero only for equal texts. */
export function compareNatural(a: string, b: string): number {
  let i = 0
  let j = 0
  while (i < a.length && j < b.length) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(j)
    if (isDigit(x) && isDigit(y)) {
      const endA = digitsEnd(a, i)
      const endB = digitsEnd(b, j)
      const startA = skipZeros(a, i, endA)
      const startB = skipZeros(b, j, endB)
      const byLength = endA - startA - (endB - startB)
      if (byLength !== 0) return byLength
      for (let k = 0; k < endA - startA; k++) {
        const difference = a.charCodeAt(startA + k) - b.charCodeAt(startB + k)
        if (difference !== 0) return difference
      }
      i = endA
      j = endB
    } else {
      if (x !== y) return x - y
      i++
      j++
    }
  }
  return a.length - i - (b.length - j) || (a < b ? -1 : a > b ? 1 : 0)
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

function digitsEnd(text: string, from: number): number {
  let end = from
  while (end < text.length && isDigit(text.charCodeAt(end))) end++
  return end
}

function skipZeros(text: string, from: number, end: number): number {
  let start = from
  while (start < end - 1 && text.charCodeAt(start) === 48) start++
  return start
}

/** Compares as people sort names: case and accents matter last, and runs of digits compare as numbers. */
export const compareNames: (a: string, b: string) => number = new Intl.Collator('en', { numeric: true })
  .compare
