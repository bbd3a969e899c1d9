// Node runs this file as it is, in programs/, too: it imports nothing.

/** An MQTT 5 PUBLISH without properties. At QoS 1 the packet id is to be filled in, at `idOffset`. */
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

/** Cuts a stream into packets: calls back with the bytes of each, its fixed header included. */
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

/** The whole length of the packet that bytes begin with; null while it cannot be told. */
function packetSize(bytes: Buffer): number | null {
  let length = 0
  for (let place = 1; place < bytes.length && place <= 4; place++) {
    const byte = bytes[place] ?? 0
    length += (byte & 0x7f) * 128 ** (place - 1)
    if ((byte & 0x80) === 0) return 1 + place + length
  }
  return null
}
