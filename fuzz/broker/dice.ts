import { Random } from '../random'

/** Random choices of a sequence's grammar. */
export class Dice extends Random {
  /** Now and then, the grammar is broken. */
  isHostile = true

  /** One time in `times`, if the sequence is hostile. */
  odd(times: number): boolean {
    return this.below(times) === 0 && this.isHostile
  }
}
