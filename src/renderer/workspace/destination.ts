import { Refresh } from '../state/refresh'
import type { Place } from './workspace-session'

interface Travel {
  /** Opens the branches above a topic. May fail. */
  reveal: (topic: string) => Promise<unknown>
  /** Shows the place. */
  arrive: (place: Place) => void
}

/** Takes the user to places, one at a time: of several requests during a call only the last counts, so a walk never queues calls. */
export class Destination {
  /** Where the user is being taken; null: nowhere. */
  place: Place | null = null
  readonly #travel: Travel
  readonly #going = new Refresh(
    () => this.#go(),
    () => undefined
  )

  constructor(travel: Travel) {
    this.#travel = travel
  }

  goTo(place: Place): Promise<void> {
    this.place = place
    return this.#going.request()
  }

  async #go(): Promise<void> {
    const { place } = this
    if (!place) return
    // Without a view the topic is still selected; its branches open with the next view.
    await this.#travel.reveal(place.topic).catch(() => null)
    if (place !== this.place) return
    this.#travel.arrive(place)
    this.place = null
  }
}
