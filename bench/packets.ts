// Node also runs this file directly, from programs/, so it must not import anything.

/** An MQTT 5 PUBLISH without properties. At QoS 1 the caller writes the packet id at `idOffset`. */
export function publishPacket(
  topic: string,
  payload: string,
  qos: 0 | 1
): { bytes: Buffer; idOffset: number } {
  const name = Buffer.from(topic)
  const body = Buffer.from(payload)
  const header = [0x30 | (qos << 1), ...remainingLength(2 + name.length + 2 * qos + 1 + body.length)]
  const idOffset = header.length + 2 + name.length
  const bytes = Buffer.concat([
    Buffer.from(header),
    Buffer.from([name.length >> 8, name.length & 0xff]),
    name,
    Buffer.alloc(2 * qos),
    Buffer.from([0]),
    body
  ])
  return { bytes, idOffset }
}

function remainingLength(length: number): number[] {
  const bytes: number[] = []
  for (let rest = length, more = true; more;) {
    const byte = rest % 128
    rest = Math.floor(rest / 128)
    more = rest > 0
    bytes.push(more ? byte | 0x80 : byte)
  }
  return bytes
}

/** Splits a stream into packets, and calls back with the bytes of each, including the fixed header. */
export function packetReader(found: (packet: Buffer) => void): (chunk: Buffer) => void {
  let left: Buffer = Buffer.alloc(0)
  return (chunk) => {
    let bytes = left.length > 0 ? Buffer.concat([left, chunk]) : chunk
    for (let size = packetSize(bytes); size !== null && size <= bytes.length; size = packetSize(bytes)) {
      found(bytes.subarray(0, size))
      bytes = bytes.subarray(size)
    }
    left = bytes
  }
}

/** The total length of the packet at the start of some bytes; null while it is unknown. */
function packetSize(bytes: Buffer): number | null {
  let length = 0
  for (let place = 1; place < bytes.length && place <= 4; place++) {
    const byte = bytes[place] ?? 0
    length += (byte & 0x7f) * 128 ** (place - 1)
    if ((byte & 0x80) === 0) return 1 + place + length
  }
  return null
}
