import {
  everyPacket,
  type PacketDetail,
  type PacketFilter,
  type PacketRow,
  type PacketWindow
} from '../../shared/contract/packets'
import { isoTime } from '../../shared/time-text'
import { AliasTopics } from './alias-topics'
import { fieldsOf } from './detail-fields'
import { handshakeOf } from './handshake'
import type { PacketLog } from './log'
import { pcapng } from './pcapng'
import type { KeptPacket, PacketRing } from './ring'
import { summaryOf } from './row'

/** Reads a log for display. Filters each packet once, and adds matching packets as they arrive. */
export class PacketReader {
  private ring: PacketRing | null = null
  private filter: PacketFilter = everyPacket
  private key = ''
  /** Numbers of the matching packets, oldest first, and how many of them have left the ring. */
  private numbers: number[] = []
  private gone = 0
  private seen = 0
  private aliases: AliasTopics | null = null

  constructor(private readonly log: PacketLog) {}

  window(filter: PacketFilter, first: number | null, count: number, until: number | null): PacketWindow {
    const { ring } = this.log
    if (!ring)
      return { recording: false, start: 0, end: 0, newer: 0, first: 0, rows: [], packets: 0, bytes: 0 }
    this.find(ring, filter)
    const start = this.gone
    const all = start + this.numbers.length
    let end = all
    if (until !== null) while (end > start && this.numbers[end - start - 1]! > until) end--
    const from = Math.max(start, Math.min(first ?? end - count, end))
    const numbers = this.numbers.slice(from - start, Math.min(end, from + count) - start)
    const rows = numbers.flatMap((number) => this.row(number) ?? [])
    const packets = Math.max(0, ring.count - ring.first + 1)
    return { recording: true, start, end, newer: all - end, first: from, rows, packets, bytes: ring.bytes }
  }

  /** A whole packet; null if it has left the ring. */
  get(number: number): PacketDetail | null {
    const packet = this.log.ring?.get(number)
    if (!packet) return null
    const row = this.summary(packet)
    const { steps, waitingFor } = handshakeOf(row, (each) => this.row(each))
    return {
      row,
      // Copy the bytes: the ring overwrites its own with new packets.
      bytes: new Uint8Array(packet.bytes),
      fields: fieldsOf(packet, row, this.log.versionOf(packet.connection)),
      handshake: steps,
      waitingFor
    }
  }

  /** Exports matching packets as pcapng or text. The packets that began each connection come first if they have left the log. */
  export(
    filter: PacketFilter,
    format: 'text' | 'pcapng',
    comment: string
  ): { bytes: Uint8Array; packets: number } {
    const packets = this.beginnings()
    const { ring } = this.log
    if (ring) {
      this.find(ring, filter)
      for (const number of this.numbers) {
        const packet = ring.get(number)
        if (packet) packets.push(packet)
      }
    }
    const bytes =
      format === 'pcapng'
        ? pcapng(packets, comment)
        : Buffer.from(packets.map((packet) => lineOf(this.summary(packet))).join(''))
    return { bytes, packets: packets.length }
  }

  private beginnings(): KeptPacket[] {
    const { ring, beginnings } = this.log
    const oldest = ring && ring.first <= ring.count ? ring.get(ring.first) : null
    // Connections with packets in the log, and the last one.
    return beginnings
      .filter(
        ({ connection }, index) =>
          index === beginnings.length - 1 || (oldest && connection >= oldest.connection)
      )
      .flatMap(({ packets }) => packets.filter(({ number }) => !ring || number < ring.first))
  }

  private find(ring: PacketRing, filter: PacketFilter): void {
    const key = JSON.stringify(filter)
    if (ring !== this.ring || key !== this.key) {
      this.ring = ring
      this.key = key
      this.filter = filter
      this.numbers = []
      this.gone = 0
      this.seen = ring.first - 1
    }
    for (let number = Math.max(this.seen + 1, ring.first); number <= ring.count; number++)
      if (this.fits(number)) this.numbers.push(number)
    this.seen = ring.count
    let stale = 0
    while (stale < this.numbers.length && this.numbers[stale]! < ring.first) stale++
    if (stale === 0) return
    this.gone += stale
    this.numbers = this.numbers.slice(stale)
  }

  private fits(number: number): boolean {
    const { types, direction, packetId, text, failed } = this.filter
    if (this.key === EVERY) return true
    const row = this.row(number)
    return (
      row !== null &&
      (types === null || types.includes(row.type)) &&
      (direction === null || direction === row.direction) &&
      (packetId === null || packetId === row.packetId) &&
      (!failed || row.failed) &&
      (text === '' || (row.subject?.toLowerCase().includes(text.toLowerCase()) ?? false))
    )
  }

  private row(number: number): PacketRow | null {
    const packet = this.log.ring?.get(number)
    return packet ? this.summary(packet) : null
  }

  private summary(packet: KeptPacket): PacketRow {
    return summaryOf(packet, this.log.versionOf(packet.connection), (each) => this.aliased(each))
  }

  private aliased(packet: KeptPacket): string | null {
    const { log } = this
    if (!log.ring) return null
    if (this.aliases?.ring !== log.ring)
      this.aliases = new AliasTopics(log.ring, (connection) => log.versionOf(connection) === 5)
    return this.aliases.topicOf(packet)
  }
}

const EVERY = JSON.stringify(everyPacket)

/** Formats a packet as one line of text. */
export function lineOf({
  at,
  direction,
  type,
  packetId,
  flags,
  code,
  codeName,
  subject,
  size
}: PacketRow): string {
  const parts = [
    isoTime(at),
    direction === 'out' ? '>' : '<',
    type.padEnd(11),
    ...(packetId === null ? [] : [`id ${packetId}`]),
    ...(flags === null
      ? []
      : [`QoS ${flags.qos}`, ...(flags.dup ? ['DUP'] : []), ...(flags.retain ? ['RETAIN'] : [])]),
    ...(code === null ? [] : [`0x${code.toString(16).padStart(2, '0')} ${codeName ?? ''}`.trim()]),
    ...(subject === null ? [] : [JSON.stringify(subject)]),
    `${size} bytes`
  ]
  return `${parts.join('  ')}\n`
}
