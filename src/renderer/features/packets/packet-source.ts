import type { CallInput, CallOutput } from '../../../shared/contract'
import type { PacketDetail, PacketFilter, PacketWindow } from '../../../shared/contract/packets'
import { isAppError } from '../../../shared/errors'
import type { Api } from '../../../shared/rpc/contract'
import { m } from '../../paraglide/messages'

type WindowQuery = Omit<CallInput<'packets.window'>, 'connectionId'>

/** A log of control packets, as its client sees them: `out` is from the client to the broker. */
export interface PacketSource {
  window(query: WindowQuery): Promise<PacketWindow>
  /** null: no longer in the log. */
  get(number: number): Promise<PacketDetail | null>
  export(filter: PacketFilter, format: 'text' | 'pcapng'): Promise<CallOutput<'packets.export'>>
  /** What the client and the two directions are called. */
  words: { client: () => string; in: () => string; out: () => string }
}

/** The packets of one of Treetop's connections. */
export function connectionPackets(api: Api, connectionId: string): PacketSource {
  return {
    window: (query) => api.call('packets.window', { connectionId, ...query }),
    get: (number) => api.call('packets.get', { connectionId, number }),
    export: (filter, format) => api.call('packets.export', { connectionId, filter, format }),
    words: { client: m.packets_client, in: m.packets_in, out: m.packets_out }
  }
}

const notTraced: PacketWindow = {
  recording: false,
  start: 0,
  end: 0,
  newer: 0,
  first: 0,
  rows: [],
  packets: 0,
  bytes: 0
}

/** The packets of a client of the local broker, which may not have connected yet. */
export function tracedPackets(api: Api, clientId: string): PacketSource {
  return {
    window: (query) =>
      api.call('traces.window', { clientId, ...query }).catch((error: unknown) => {
        if (isAppError(error, 'NOT_FOUND')) return notTraced
        throw error
      }),
    get: (number) => api.call('traces.get', { clientId, number }),
    export: (filter, format) => api.call('traces.export', { clientId, filter, format }),
    words: { client: m.packets_trace_client, in: m.packets_to_client, out: m.packets_from_client }
  }
}
