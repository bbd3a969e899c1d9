import type { LearnPacket } from '../../../shared/contract/learn'

/** ms from one packet to the next in the picture, which shows in slow motion what took a moment. */
const PACE = 260
/** With more packets waiting than this, they go faster. */
const MANY = 8
const FAST_PACE = 110
/** More than this many are not shown one by one: the log has them all. */
const MOST_WAITING = 40
/** ms that a packet is in the picture, as its animation lasts. */
export const FLIGHT = 1_300

/** A packet that moves through the picture. */
export interface Moving {
  key: number
  packet: LearnPacket
}

/** The packets that move through the picture, in the order in which they really went. */
export class Motion {
  moving = $state.raw<Moving[]>([])
  #waiting: LearnPacket[] = []
  #timer: ReturnType<typeof setTimeout> | null = null
  readonly #landings = new Set<ReturnType<typeof setTimeout>>()
  #count = 0

  add(packets: readonly LearnPacket[]): void {
    this.#waiting = [...this.#waiting, ...packets].slice(-MOST_WAITING)
    if (this.#timer === null) this.#next()
  }

  clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    for (const landing of this.#landings) clearTimeout(landing)
    this.#landings.clear()
    this.#waiting = []
    this.moving = []
  }

  #next(): void {
    this.#timer = null
    const packet = this.#waiting.shift()
    if (!packet) return
    const key = ++this.#count
    this.moving = [...this.moving, { key, packet }]
    const landing = setTimeout(() => {
      this.#landings.delete(landing)
      this.moving = this.moving.filter((each) => each.key !== key)
    }, FLIGHT)
    this.#landings.add(landing)
    this.#timer = setTimeout(() => this.#next(), this.#waiting.length > MANY ? FAST_PACE : PACE)
  }
}
