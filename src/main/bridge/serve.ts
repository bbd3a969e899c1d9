import type { Channel } from '../../shared/rpc/channel'
import { createPeer } from '../../shared/rpc/peer'
import { Jobs } from '../jobs/jobs'
import { Bridge } from './bridge'
import type { BridgeFunctions, BridgeNews } from './bridge-functions'
import { Subtree } from './subtree'

/** Serves the bridges that are on, and the copied subtree, over a channel. The worker is a thin wrapper. */
export function serveBridges(channel: Channel): void {
  const bridges = new Map<string, Bridge>()
  const jobs = new Jobs()
  const subtree = new Subtree(jobs)

  const stop = async (id: string, forgets: boolean): Promise<void> => {
    const bridge = bridges.get(id)
    bridges.delete(id)
    await bridge?.stop(forgets)
  }
  const functions: BridgeFunctions = {
    async start(config) {
      const { id } = config
      await stop(id, false)
      const bridge = new Bridge(config)
      bridges.set(id, bridge)
      bridge.on('changed', (status) => peer.notify('status', { status, peer: bridge.peer }))
      bridge.on('begun', () => peer.notify('begun', { id }))
      await bridge.start()
    },
    stop: ({ id, forgets }) => stop(id, forgets),
    copySubtree: (input) => subtree.copy(input),
    pasteSubtree: (input) => subtree.paste(input),
    undoPaste: (input) => subtree.undo(input),
    clearSubtree: () => subtree.clear(),
    cancelJob: ({ id }) => jobs.cancel(id),
    async shutDown() {
      await Promise.all([jobs.stop(), ...[...bridges.keys()].map((id) => stop(id, false))])
    }
  }
  const peer = createPeer<BridgeNews>(channel, functions)
  jobs.on('changed', (job) => peer.notify('job', job))
  subtree.on('status', (status) => peer.notify('subtree', status))
}
