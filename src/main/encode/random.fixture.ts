/** JSON with anything in it, the same for the same seed: integers of all sizes, fractions, texts, bytes, lists and maps. */
export function randomText(seed: number): string {
  let state = seed + 1
  const draw = (below: number): number => {
    // A linear congruential generator, of which the low bits are the weakest.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const text = (): string =>
    JSON.stringify(['', 'a', '温度 "x"', '😀\n', '__proto__', 'x'.repeat(draw(300))][draw(6)])
  const value = (depth: number): string => {
    const kind = draw(depth > 4 ? 5 : 7)
    if (kind === 0) return ['null', 'true', 'false', '-0.5', '1e300', '0.1', 'Infinity', 'NaN'][draw(8)]!
    if (kind === 1) return String((draw(2) === 0 ? -1 : 1) * Math.floor(2 ** draw(52)))
    if (kind === 2) return String((draw(2) === 0 ? -1n : 1n) * 2n ** BigInt(draw(63)) + BigInt(draw(2)))
    if (kind === 3) return text()
    if (kind === 4) return `h'${'0f'.repeat(draw(200))}'`
    const count = draw(20)
    const items = Array.from({ length: count }, () => value(depth + 1))
    if (kind === 5) return `[${items.join(', ')}]`
    return `{${items.map((item, index) => `"k${index}": ${item}`).join(', ')}}`
  }
  return value(0)
}
