import type { HandshakeStep, PacketRow, PacketType } from '../../shared/contract/packets'

/** Packets searched in each direction for the rest of a handshake. */
const SEARCH_PACKETS = 20_000

/** Packets of QoS 1 and 2 handshakes: those that the publisher sends, those that end a handshake, and all (MQTT 5.0, 4.3.2 and 4.3.3). */
const BY_PUBLISHER: ReadonlySet<PacketType> = new Set(['PUBLISH', 'PUBREL'])
const ENDS: ReadonlySet<PacketType> = new Set(['PUBACK', 'PUBCOMP'])
const OF_HANDSHAKES: ReadonlySet<PacketType> = new Set(['PUBLISH', 'PUBACK', 'PUBREC', 'PUBREL', 'PUBCOMP'])

/** The handshake of a packet: its packets, oldest first, and the type it waits for. `rowAt` returns a packet by its number, or null. */
export function handshakeOf(
  row: PacketRow,
  rowAt: (number: number) => PacketRow | null
): { steps: HandshakeStep[]; waitingFor: PacketType | null } {
  const none = { steps: [], waitingFor: null }
  if (!OF_HANDSHAKES.has(row.type) || row.packetId === null) return none
  const publisher = BY_PUBLISHER.has(row.type) ? row.direction : other(row.direction)
  const isOf = (candidate: PacketRow): boolean =>
    candidate.packetId === row.packetId &&
    OF_HANDSHAKES.has(candidate.type) &&
    (BY_PUBLISHER.has(candidate.type) ? candidate.direction : other(candidate.direction)) === publisher

  const steps = [row]
  for (let number = row.number - 1; number > row.number - SEARCH_PACKETS; number--) {
    const before = rowAt(number)
    if (!before) break
    if (!isOf(before)) continue
    // The packet id belonged to an earlier message.
    if (ENDS.has(before.type) || endsEarly(before)) break
    steps.unshift(before)
    if (before.type === 'PUBLISH' && before.flags?.dup === false) break
  }
  let last = row
  for (let number = row.number + 1; number < row.number + SEARCH_PACKETS && !isOver(last); number++) {
    const after = rowAt(number)
    if (!after) break
    if (!isOf(after)) continue
    if (after.type === 'PUBLISH' && after.flags?.dup === false) break
    steps.push(after)
    last = after
  }
  const seen = new Set<PacketType>()
  return {
    steps: steps.map(({ number, type, direction, at, codeName, failed }) => {
      const again = seen.has(type)
      seen.add(type)
      return { number, type, direction, at, again, codeName, failed }
    }),
    waitingFor: isOver(last) ? null : nextOf(last, steps)
  }
}

function isOver(row: PacketRow): boolean {
  return ENDS.has(row.type) || endsEarly(row)
}

/** A PUBREC with a failure code ends the handshake (MQTT 5.0, 4.3.3). */
function endsEarly(row: PacketRow): boolean {
  return row.type === 'PUBREC' && row.failed
}

function nextOf({ type, flags }: PacketRow, steps: readonly PacketRow[]): PacketType {
  if (type === 'PUBLISH') {
    // A PUBLISH may be resent after a reconnect although it was received. The receiver acknowledges it again.
    const qos = flags?.qos ?? steps.find((step) => step.type === 'PUBLISH')?.flags?.qos
    return qos === 2 ? 'PUBREC' : 'PUBACK'
  }
  return type === 'PUBREC' ? 'PUBREL' : 'PUBCOMP'
}

function other(direction: PacketRow['direction']): PacketRow['direction'] {
  return direction === 'in' ? 'out' : 'in'
}
