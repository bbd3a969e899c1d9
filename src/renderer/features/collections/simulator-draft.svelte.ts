import { emptySimulator, type SavedSimulator } from '../../../shared/contract/simulators'

/** A simulator that is being edited. */
export class SimulatorDraft {
  simulator = $state<SavedSimulator>(structuredClone(emptySimulator))
  /** As the file holds it. */
  saved = $state.raw<SavedSimulator>(emptySimulator)
  /** The file changed while it was being edited: what it holds now. */
  outside = $state.raw<SavedSimulator | null>(null)

  constructor(saved: SavedSimulator) {
    this.take(saved)
  }

  get dirty(): boolean {
    return !isSame(this.simulator, this.saved)
  }

  /** Shows what the file holds. */
  take(saved: SavedSimulator): void {
    this.saved = saved
    this.simulator = structuredClone(saved)
    this.outside = null
  }

  /** The file was read again. What is being edited stays. */
  follow(saved: SavedSimulator): void {
    if (isSame(saved, this.saved)) return
    if (!this.dirty || isSame(saved, this.simulator)) this.take(saved)
    else this.outside = saved
  }

  keepMine(): void {
    if (this.outside) this.saved = this.outside
    this.outside = null
  }
}

function isSame(a: SavedSimulator, b: SavedSimulator): boolean {
  return JSON.stringify(inOrder(a)) === JSON.stringify(inOrder(b))
}

/** The fields in one order, wherever they come from. */
function inOrder({
  clients,
  clientId,
  username,
  password,
  rampUp,
  duration,
  devices,
  messages
}: SavedSimulator): unknown[] {
  return [
    ...[clients, clientId, username, password, rampUp, duration, devices],
    messages.map(({ topic, payload, format, qos, retain, every }) => [
      topic,
      payload,
      format,
      qos,
      retain,
      every
    ])
  ]
}
