import type { CallsOf } from '../../shared/contract'
import type { PacketLog } from './log'
import { PacketReader } from './reader'

/** Calls that read the log of a connection's control packets. `title` returns the connection's name for an export. */
export function packetCalls(log: PacketLog, title: () => string): CallsOf<'connection', 'packets'> {
  const reader = new PacketReader(log)
  return {
    'packets.record': ({ on }) => log.record(on),
    'packets.window': ({ filter, first, count, until }) => reader.window(filter, first, count, until),
    'packets.get': ({ number }) => reader.get(number),
    'packets.export': ({ filter, format }) => reader.export(filter, format, `Treetop: ${title()}`)
  }
}
