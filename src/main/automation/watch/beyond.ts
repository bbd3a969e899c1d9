import type { WatchCondition } from '../../../shared/contract/watch'

type Beyond = WatchCondition & { kind: 'beyond' }

/**
 * Whether a value is beyond a condition's limits. `before`: whether the one before it was; a number must then return behind the limit by the
 * hysteresis. What is not a number is beyond no limit.
 */
export function isBeyond(
  condition: Beyond,
  value: { text: string; number: number },
  before: boolean
): boolean {
  const { comparison, limit, upper, text, hysteresis } = condition
  const { number } = value
  const slack = before ? hysteresis : 0
  switch (comparison) {
    case 'above':
      return number > limit - slack
    case 'below':
      return number < limit + slack
    case 'outside':
      return number < limit + slack || number > upper - slack
    case 'is':
      return isSame(value, text)
    case 'isNot':
      return !isSame(value, text)
  }
}

/** `7.0` is 7. */
function isSame(value: { text: string; number: number }, text: string): boolean {
  return value.text === text || (text.trim() !== '' && value.number === Number(text))
}
