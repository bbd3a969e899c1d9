import type { Channel } from '../../../shared/rpc/channel'
import { createPeer } from '../../../shared/rpc/peer'
import { streamOpener } from './open-stream'
import type { SimulatorPlan } from './plan'
import { Simulation, type SimulationStatus } from './simulation'

/** How often the thread reports, in ms. */
const TELL_EVERY = 500

/** Calls to the thread of a simulator. */
export interface SimulatorFunctions {
  stop(input: null): void
}

/** What the thread of a simulator reports. */
export interface SimulatorNews {
  status(input: SimulationStatus & { end: 'duration' | 'stopped' | null }): void
}

/** Runs one simulator over a channel. The worker is a thin wrapper: devices take a core of their own, and the app stays as quick. */
export function serveSimulator(channel: Channel, plan: SimulatorPlan): void {
  const simulation = new Simulation(plan, streamOpener(plan.profile, plan.secrets), process.env)
  const peer = createPeer<SimulatorNews>(channel, {
    stop: () => simulation.stop()
  } satisfies SimulatorFunctions)
  const tell = (end: 'duration' | 'stopped' | null): void =>
    peer.notify('status', { ...simulation.status, end })
  const timer = setInterval(() => tell(null), TELL_EVERY)
  void simulation.run().then((end) => {
    clearInterval(timer)
    tell(end)
  })
}
