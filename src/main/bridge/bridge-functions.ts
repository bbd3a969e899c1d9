import type { BridgeStatus } from '../../shared/contract/bridge'
import type { Job } from '../../shared/contract/jobs'
import type { SubtreeStatus } from '../../shared/contract/subtree'
import type { BridgeConfig, BridgePeer } from './bridge'
import type { Access } from './subtree'

/** What the main thread asks of the bridges' worker. */
export interface BridgeFunctions {
  /** Switches a bridge on. One that is on is replaced. */
  start(config: BridgeConfig): Promise<void>
  /** Switches a bridge off. `forgets`: nothing is kept for it on either side, as far as the brokers can be reached. */
  stop(input: { id: string; forgets: boolean }): Promise<void>
  copySubtree(input: Access & { name: string; topic: string }): Job
  pasteSubtree(input: Access & { remove: string; add: string }): Job
  undoPaste(input: Access & { overwrite: boolean }): Job
  /** Forgets the copy. */
  clearSubtree(input: null): void
  cancelJob(input: { id: string }): void
  /** Ends all connections; the brokers keep the bridges' sessions. */
  shutDown(input: null): Promise<void>
}

/** Notifications from the worker to the main thread. */
export interface BridgeNews {
  status(news: { status: BridgeStatus; peer: BridgePeer }): void
  /** What an earlier use of a bridge left at the brokers is gone. */
  begun(news: { id: string }): void
  job(job: Job): void
  subtree(status: SubtreeStatus): void
}
