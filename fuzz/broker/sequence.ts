import type { Dice } from './dice'
import { burst, connect, packet, subscribeAll, type Version } from './grammar'

/** What happens to a broker: on one of its connections, or to its time. */
export type Step =
  | { do: 'open' | 'end' | 'destroy' | 'stall' | 'read'; slot: number }
  | { do: 'write'; slot: number; bytes: Buffer }
  | { do: 'jump'; ms: number }
  | { do: 'settle' | 'restart' }

/** Connections at once, and most steps of a sequence. */
const SLOTS = 4
const STEPS = 14

const jumps = [1, 150, 600, 1_500, 11_000, 100_000, 400_000, 200_000_000]

/** The next sequence. A third obeys the grammar, a third breaks it here and there, and a third has damaged packets as well. */
export function nextSequence(dice: Dice): Step[] {
  const steps: Step[] = []
  const slots = 1 + dice.below(SLOTS)
  const versions: Version[] = []
  const kind = dice.below(3)
  dice.isHostile = kind > 0
  const start = (slot: number): void => {
    versions[slot] = dice.pick([3, 4, 5, 5] as const)
    steps.push({ do: 'open', slot })
    const early = dice.odd(30)
    write(early ? packet(dice, versions[slot]) : connect(dice, versions[slot]), slot)
  }
  const write = (bytes: Buffer, slot: number): void => {
    const damaged = kind === 2 && dice.below(5) === 0 ? damage(dice, bytes) : bytes
    for (const chunk of chunks(dice, damaged)) steps.push({ do: 'write', slot, bytes: chunk })
  }
  for (let slot = 0; slot < slots; slot++) start(slot)
  if (slots > 1 && dice.below(300) === 0) {
    // A client that does not read, and another that publishes more than may wait for it.
    write(subscribeAll(versions[0]!, dice.below(3)), 0)
    steps.push({ do: 'settle' }, { do: 'stall', slot: 0 })
    write(burst(dice, versions[1]!), 1)
    steps.push({ do: 'settle' }, { do: 'jump', ms: dice.pick([1, 150]) })
  }
  for (let left = 2 + dice.below(STEPS); left > 0; left--) {
    const slot = dice.below(slots)
    const what = dice.below(100)
    if (what < 74) {
      const several = Array.from({ length: 1 + dice.below(3) }, () => packet(dice, versions[slot]!))
      write(Buffer.concat(several), slot)
    } else if (what < 82) steps.push({ do: 'settle' })
    else if (what < 86) steps.push({ do: 'jump', ms: dice.pick(jumps) })
    else if (what < 90) steps.push({ do: dice.pick(['stall', 'read'] as const), slot })
    else if (what < 92) steps.push({ do: dice.pick(['end', 'destroy'] as const), slot })
    else if (what < 99) start(slot)
    else steps.push({ do: 'restart' })
  }
  return steps
}

/** Hex digits of a step that are printed. The seed gives them all. */
const PRINTED = 4_000

/** A sequence as text, a step to a line. */
export function written(steps: readonly Step[]): string {
  return steps
    .map((step) => {
      if (step.do === 'write') return `${step.slot} write ${shortened(step.bytes.toString('hex'))}`
      if (step.do === 'jump') return `jump ${step.ms}`
      return 'slot' in step ? `${step.slot} ${step.do}` : step.do
    })
    .join('\n')
}

function shortened(hex: string): string {
  return hex.length <= PRINTED ? hex : `${hex.slice(0, PRINTED)}… (${hex.length / 2} bytes)`
}

function damage(dice: Dice, from: Buffer): Buffer {
  const bytes = Buffer.from(from)
  const at = dice.below(bytes.length)
  switch (dice.below(7)) {
    case 0:
      bytes[at] = dice.below(256)
      return bytes
    case 1:
      bytes[at] = bytes[at]! ^ (1 << dice.below(8))
      return bytes
    case 2:
      return bytes.subarray(0, at)
    case 3:
      // The length is wrong.
      bytes[1] = dice.pick([0, 1, bytes[1]! + 1, bytes[1]! - 1, 0x7f, 0x80, 0xff])
      return bytes
    case 4:
      return Buffer.concat([bytes, bytes.subarray(at)])
    case 5:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + dice.below(4))])
    default:
      return Buffer.concat([bytes.subarray(0, at), dice.bytes(1 + dice.below(6)), bytes.subarray(at)])
  }
}

function chunks(dice: Dice, bytes: Buffer): Buffer[] {
  if (dice.below(3) > 0 || bytes.length < 2) return [bytes]
  const found: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    const length = 1 + dice.below(Math.min(20, bytes.length - at))
    found.push(bytes.subarray(at, found.length > 20 ? bytes.length : at + length))
    at += found.at(-1)!.length
  }
  return found
}
