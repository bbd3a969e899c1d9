import { isUtf8 } from 'node:buffer'
import { REASON_CODE } from '../../shared/mqtt-codes'

/** Why a packet is refused: the message for people, `reasonCode` for MQTT 5. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly reasonCode: number = REASON_CODE.MALFORMED_PACKET
  ) {
    super(message)
  }
}

/** A control packet from a client: the fields of its fixed header, and everything after it. */
export interface RawPacket {
  cmd: string
  qos: number
  dup: boolean
  body: Buffer
}

type PropertyType = 'flag' | 'u16' | 'u32' | 'varint' | 'string' | 'binary' | 'pair'

const ACKNOWLEDGEMENTS = ['puback', 'pubrec', 'pubrel', 'pubcomp']
const USER_PROPERTY = 0x26

/** The properties that a client may send, and in which packets; a will has its own properties (MQTT 5.0, 2.2.2.2). */
const PROPERTIES: Record<number, [PropertyType, string[]]> = {
  0x01: ['flag', ['publish', 'will']],
  0x02: ['u32', ['publish', 'will']],
  0x03: ['string', ['publish', 'will']],
  0x08: ['string', ['publish', 'will']],
  0x09: ['binary', ['publish', 'will']],
  0x0b: ['varint', ['subscribe']],
  0x11: ['u32', ['connect', 'disconnect']],
  0x15: ['string', ['connect', 'auth']],
  0x16: ['binary', ['connect', 'auth']],
  0x17: ['flag', ['connect']],
  0x18: ['u32', ['will']],
  0x19: ['flag', ['connect']],
  0x1f: ['string', [...ACKNOWLEDGEMENTS, 'disconnect', 'auth']],
  0x21: ['u16', ['connect']],
  0x22: ['u16', ['connect']],
  0x23: ['u16', ['publish']],
  [USER_PROPERTY]: [
    'pair',
    ['connect', 'will', 'publish', ...ACKNOWLEDGEMENTS, 'subscribe', 'unsubscribe', 'disconnect', 'auth']
  ],
  0x27: ['u32', ['connect']]
}

/** Properties whose value must not be 0: Receive Maximum and Maximum Packet Size (MQTT 5.0, 3.1.2.11). */
const NEVER_ZERO = [0x21, 0x27]

const MQTT_5 = 5
const WILL_FLAG = 0x04
const PASSWORD_FLAG = 0x40
const USERNAME_FLAG = 0x80
/** In MQTT 3, a bridge sets the highest bit of its protocol version. */
const BRIDGE_BIT = 0x80

/** Checks the packets of one client. */
export class PacketCheck {
  /** The protocol version in the client's CONNECT; null before it. */
  version: number | null = null

  /**
   * Reads a packet to its last byte and throws Refusal where the specification requires a server to close the connection. aedes and its
   * parser accept many such packets and fail later: on null if a field is cut off, on a list if a property occurs twice.
   */
  check({ cmd, qos, dup, body }: RawPacket): void {
    const reader = new Reader(body)
    const { version } = this
    if (cmd === 'connect') {
      if (version !== null) throw new Refusal('a second CONNECT', REASON_CODE.PROTOCOL_ERROR)
      return this.checkConnect(reader)
    }
    if (version === null) throw new Refusal('a packet before CONNECT', REASON_CODE.PROTOCOL_ERROR)
    switch (cmd) {
      case 'publish':
        if (dup && qos === 0) throw new Refusal('DUP at QoS 0')
        reader.checkString()
        if (qos > 0) checkPacketId(reader)
        if (version === MQTT_5) checkProperties(reader, cmd)
        // The rest is the payload.
        return
      case 'subscribe':
      case 'unsubscribe':
        checkPacketId(reader)
        if (version === MQTT_5) checkProperties(reader, cmd)
        if (reader.atEnd) throw new Refusal('no topic filter', REASON_CODE.PROTOCOL_ERROR)
        while (!reader.atEnd) {
          reader.checkString()
          if (cmd === 'subscribe') reader.u8()
        }
        return
      case 'puback':
      case 'pubrec':
      case 'pubrel':
      case 'pubcomp':
        checkPacketId(reader)
        checkReason(reader, cmd, version)
        break
      case 'disconnect':
      case 'auth':
        checkReason(reader, cmd, version)
        break
      case 'pingreq':
        break
      default:
        throw new Refusal(`${cmd} from a client`, REASON_CODE.PROTOCOL_ERROR)
    }
    reader.expectEnd()
  }

  private checkConnect(reader: Reader): void {
    reader.checkString()
    const version = reader.u8() & ~BRIDGE_BIT
    this.version = version
    // The parser refuses unknown versions itself.
    if (version < 3 || version > MQTT_5) return
    const flags = reader.u8()
    reader.u16()
    if (version === MQTT_5) checkProperties(reader, 'connect')
    reader.checkString()
    if (flags & WILL_FLAG) {
      if (((flags >> 3) & 3) === 3) throw new Refusal('a will at QoS 3')
      if (version === MQTT_5) checkProperties(reader, 'will')
      if (!/^[^+#]+$/s.test(reader.string())) throw new Refusal('no topic name in the will')
      reader.binary()
    }
    if (flags & USERNAME_FLAG) reader.checkString()
    else if (flags & PASSWORD_FLAG && version < MQTT_5) throw new Refusal('a password without a user name')
    if (flags & PASSWORD_FLAG) reader.binary()
    reader.expectEnd()
  }
}

function checkPacketId(reader: Reader): void {
  if (reader.u16() === 0) throw new Refusal('packet identifier 0', REASON_CODE.PROTOCOL_ERROR)
}

/** In MQTT 5 the properties may be missing, or both the reason code and the properties. */
function checkReason(reader: Reader, cmd: string, version: number): void {
  if (version < MQTT_5 || reader.atEnd) return
  reader.u8()
  if (!reader.atEnd) checkProperties(reader, cmd)
}

function checkProperties(reader: Reader, owner: string): void {
  const length = reader.varint()
  if (length === 0) return
  const properties = new Reader(reader.take(length))
  const seen = new Set<number>()
  while (!properties.atEnd) {
    const id = properties.varint()
    const [type, owners] = PROPERTIES[id] ?? []
    if (!type || !owners?.includes(owner)) throw new Refusal(`property ${id} in ${owner}`)
    if (id !== USER_PROPERTY && seen.has(id))
      throw new Refusal(`property ${id} twice`, REASON_CODE.PROTOCOL_ERROR)
    seen.add(id)
    const value = properties.value(type)
    if (value === 0 && NEVER_ZERO.includes(id))
      throw new Refusal(`property ${id} is 0`, REASON_CODE.PROTOCOL_ERROR)
  }
}

/** Reads fields one after another. Throws Refusal if the bytes end too early. */
class Reader {
  private at = 0

  constructor(private readonly bytes: Buffer) {}

  get atEnd(): boolean {
    return this.at >= this.bytes.length
  }

  expectEnd(): void {
    if (!this.atEnd) throw new Refusal('bytes after the last field')
  }

  take(length: number): Buffer {
    const at = this.skip(length)
    return this.bytes.subarray(at, this.at)
  }

  /** Returns where the skipped bytes begin. Every packet passes here: no slice is made. */
  private skip(length: number): number {
    const { at } = this
    if (at + length > this.bytes.length) throw new Refusal('a field is cut off')
    this.at = at + length
    return at
  }

  u8(): number {
    return this.bytes[this.skip(1)]!
  }

  u16(): number {
    const at = this.skip(2)
    return (this.bytes[at]! << 8) | this.bytes[at + 1]!
  }

  varint(): number {
    let value = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.u8()
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    throw new Refusal('a length of more than four bytes')
  }

  binary(): void {
    this.skip(this.u16())
  }

  string(): string {
    const at = this.at + 2
    this.checkString()
    return this.bytes.toString('utf8', at, this.at)
  }

  /** [MQTT-1.5.4-1], [MQTT-1.5.4-2] */
  checkString(): void {
    const { bytes } = this
    let at = this.skip(this.u16())
    // Most topics are ASCII.
    while (at < this.at && bytes[at]! > 0 && bytes[at]! < 0x80) at++
    if (at === this.at) return
    const rest = bytes.subarray(at, this.at)
    if (!isUtf8(rest) || rest.includes(0)) throw new Refusal('a string that is not UTF-8, or with U+0000')
  }

  /** Reads a property's value. Values that are not numbers are only checked: it returns null for them. */
  value(type: PropertyType): number | null {
    switch (type) {
      case 'flag': {
        const flag = this.u8()
        if (flag > 1) throw new Refusal('a flag that is neither 0 nor 1', REASON_CODE.PROTOCOL_ERROR)
        return flag
      }
      case 'u16':
        return this.u16()
      case 'u32':
        return this.take(4).readUInt32BE()
      case 'varint':
        return this.varint()
      case 'string':
        this.checkString()
        return null
      case 'binary':
        this.binary()
        return null
      case 'pair':
        this.checkString()
        this.checkString()
        return null
    }
  }
}
