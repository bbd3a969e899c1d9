import type { Component } from 'svelte'
import type { PacketDetail } from '../../../shared/contract/packets'

/** Shows one packet of a log, as the packets page does. */
export type PacketDetailComponent = Component<{
  packets: {
    detail: PacketDetail | null
    selected: number | null
    gone: boolean
    select: (number: number | null) => void
  }
  /** What the client is called. */
  client?: string
}>
