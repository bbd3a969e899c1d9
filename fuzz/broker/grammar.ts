import type { Dice } from './dice'

export type Version = 3 | 4 | 5

const topics = ['a', 'a/b', 'a/b/c', 'b', '/', 'a//c', 'é/😀', 'no/x', 'w/x']
const filters = [
  'a',
  '#',
  '+',
  'a/#',
  '+/b',
  'a/+/c',
  '$share/g/a',
  '$share/g/#',
  '$share/h/a',
  '$SYS/#',
  '/',
  'no/x'
]
const oddTopics = [
  '',
  '$SYS/x',
  '$share/g/a',
  'w/#',
  '+',
  'a\u0000b',
  '\uffff',
  'a'.repeat(3_000),
  '/'.repeat(2_000)
]
const oddFilters = [
  '',
  'ab/+e',
  '#/a',
  '$share/g',
  '$share//a',
  '$share/g+/a',
  '+/'.repeat(1_000),
  'é'.repeat(2_000),
  `${'a'.repeat(65_500)}+`
]
const clientIds = ['a', 'b', 'c', 'd', 'é']

/** Bytes of a long payload, and messages that are sent at once. */
const LONG = 60_000
const BURST = 45

type Kind = 'u8' | 'u16' | 'u32' | 'varint' | 'text' | 'binary' | 'pair'

const kinds: Record<number, Kind> = {
  0x01: 'u8',
  0x02: 'u32',
  0x03: 'text',
  0x08: 'text',
  0x09: 'binary',
  0x0b: 'varint',
  0x11: 'u32',
  0x15: 'text',
  0x16: 'binary',
  0x17: 'u8',
  0x18: 'u32',
  0x19: 'u8',
  0x1f: 'text',
  0x21: 'u16',
  0x22: 'u16',
  0x23: 'u16',
  0x26: 'pair',
  0x27: 'u32'
}

const belongs = {
  connect: [0x11, 0x17, 0x19, 0x21, 0x22, 0x26, 0x27],
  will: [0x01, 0x02, 0x03, 0x08, 0x09, 0x18, 0x26],
  publish: [0x01, 0x02, 0x03, 0x08, 0x09, 0x26],
  acknowledgement: [0x1f, 0x26],
  subscribe: [0x0b, 0x26],
  unsubscribe: [0x26],
  disconnect: [0x11, 0x1f, 0x26],
  auth: [0x1f, 0x26]
}

/** Authentication methods that the fuzzed broker knows, and one that it does not. */
const methods = ['STEPS', 'SCRAM-SHA-256', 'NONE']

/** A packet as a client might send it: well-formed and allowed in most cases. */
export function packet(dice: Dice, version: Version): Buffer {
  const kind = dice.below(100)
  if (kind < 45) return publish(dice, version)
  if (kind < 60) return subscribe(dice, version)
  if (kind < 65) return unsubscribe(dice, version)
  if (kind < 90) return acknowledgement(dice, version)
  if (kind < 93) return framed(0xc0, [])
  if (kind < 95) return disconnect(dice, version)
  if (kind < 97) return version === 5 ? auth(dice) : framed(0xc0, [])
  if (!dice.isHostile) return publish(dice, version)
  if (kind < 98) return connect(dice, version)
  return framed(dice.below(256), [dice.bytes(dice.below(12))])
}

export function connect(dice: Dice, version: Version): Buffer {
  const hasWill = dice.below(2) === 0
  const hasName = dice.below(4) === 0
  const hasPassword = hasName && dice.below(2) === 0
  const cleanStart = dice.below(3) === 0
  const flags =
    (cleanStart ? 0x02 : 0) |
    (hasWill ? 0x04 | (dice.below(3) << 3) | (dice.below(2) << 5) : 0) |
    (hasPassword ? 0x40 : 0) |
    (hasName ? 0x80 : 0)
  const parts = [
    text(version === 3 ? 'MQIsdp' : 'MQTT'),
    Buffer.of(version, flags),
    u16(dice.pick([0, 0, 1, 60, 65_535]))
  ]
  if (version === 5) parts.push(connectProperties(dice))
  parts.push(
    text((cleanStart || dice.odd(20)) && dice.below(8) === 0 && version !== 3 ? '' : dice.pick(clientIds))
  )
  if (hasWill) {
    if (version === 5) parts.push(properties(dice, 'will'))
    parts.push(text(topic(dice)), binary(payload(dice)))
  }
  if (hasName) parts.push(text('user'))
  if (hasPassword) parts.push(text('secret'))
  return framed(0x10, parts)
}

function connectProperties(dice: Dice): Buffer {
  const method: Buffer[] = []
  if (dice.below(12) === 0)
    method.push(
      Buffer.of(0x15),
      text(dice.pick(methods)),
      Buffer.of(0x16),
      binary(Buffer.from(dice.pick(['more', 'done', 'n,,n=user,r=abc'])))
    )
  return properties(dice, 'connect', method)
}

function publish(dice: Dice, version: Version): Buffer {
  const qos = dice.odd(40) ? 3 : dice.below(3)
  const dup = qos > 0 && dice.below(4) === 0
  const alias = version === 5 && dice.below(5) === 0
  const parts = [text(alias && dice.below(2) === 0 ? '' : topic(dice))]
  if (qos > 0) parts.push(packetId(dice))
  if (version === 5) parts.push(properties(dice, 'publish', alias ? [property(dice, 0x23)] : []))
  parts.push(payload(dice))
  return framed(0x30 | (dup ? 8 : 0) | (qos << 1) | (dice.below(4) === 0 ? 1 : 0), parts)
}

/** A subscription to everything. */
export function subscribeAll(version: Version, qos: number): Buffer {
  return framed(0x82, [u16(1), Buffer.alloc(version === 5 ? 1 : 0), text('#'), Buffer.of(qos)])
}

/** More than the broker lets wait for a client that does not read. */
export function burst(dice: Dice, version: Version): Buffer {
  const qos = dice.below(3)
  const packets = Array.from({ length: BURST }, (_, i) => {
    const parts = [text('a')]
    if (qos > 0) parts.push(u16(100 + i))
    if (version === 5) parts.push(Buffer.of(0))
    return framed(0x30 | (qos << 1), [...parts, Buffer.alloc(LONG, 'p')])
  })
  return Buffer.concat(packets)
}

function subscribe(dice: Dice, version: Version): Buffer {
  const parts = [packetId(dice)]
  if (version === 5) parts.push(properties(dice, 'subscribe'))
  for (let left = dice.below(4); left >= 0; left--) {
    const chosen = filter(dice)
    const noLocal = chosen.startsWith('$share/') && !dice.odd(20) ? 0 : 4
    parts.push(
      text(chosen),
      Buffer.of(dice.below(3) | (version === 5 ? (dice.below(12) << 2) & (noLocal | 0x38) : 0))
    )
  }
  return framed(0x82, parts)
}

function unsubscribe(dice: Dice, version: Version): Buffer {
  const parts = [packetId(dice)]
  if (version === 5) parts.push(properties(dice, 'unsubscribe'))
  for (let left = dice.below(3); left >= 0; left--) parts.push(text(filter(dice)))
  return framed(0xa2, parts)
}

/** PUBACK, PUBREC, PUBREL or PUBCOMP. The broker counts packet identifiers from 1, so that small ones are often in use. */
function acknowledgement(dice: Dice, version: Version): Buffer {
  const first = dice.pick([0x40, 0x40, 0x50, 0x50, 0x62, 0x62, 0x70])
  const codes = first < 0x60 ? [0x00, 0x10, 0x80] : [0x00, 0x92]
  const parts = [packetId(dice)]
  if (version === 5 && dice.below(3) === 0) {
    parts.push(Buffer.of(dice.pick(dice.odd(20) ? [0x01, 0x92] : codes)))
    if (dice.below(2) === 0) parts.push(properties(dice, 'acknowledgement'))
  }
  return framed(first, parts)
}

function disconnect(dice: Dice, version: Version): Buffer {
  if (version !== 5 || dice.below(2) === 0) return framed(0xe0, [])
  return framed(0xe0, [Buffer.of(dice.pick([0x00, 0x04, 0x81])), properties(dice, 'disconnect')])
}

function auth(dice: Dice): Buffer {
  const method = Buffer.concat([Buffer.of(0x15), text(dice.pick(methods))])
  const data = Buffer.concat([
    Buffer.of(0x16),
    binary(Buffer.from(dice.pick(['more', 'done', 'c=biws,r=x,p=eA=='])))
  ])
  return framed(0xf0, [
    Buffer.of(dice.pick([0x18, 0x18, 0x19, 0x00])),
    properties(dice, 'auth', [method, data])
  ])
}

/** The packet with its length. */
export function framed(first: number, parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.of(first), varint(body.length), body])
}

function properties(dice: Dice, owner: keyof typeof belongs, more: Buffer[] = []): Buffer {
  const parts = [...more]
  for (const id of belongs[owner]) if (dice.below(4) === 0) parts.push(property(dice, id))
  if (dice.odd(60)) parts.push(property(dice, dice.below(0x2b)))
  if (dice.odd(60) && parts.length > 0) parts.push(dice.pick(parts))
  const all = Buffer.concat(parts)
  return Buffer.concat([varint(all.length), all])
}

function property(dice: Dice, id: number): Buffer {
  return Buffer.concat([Buffer.of(id), value(dice, id)])
}

function value(dice: Dice, id: number): Buffer {
  switch (kinds[id] ?? 'u8') {
    case 'u8':
      return Buffer.of(dice.odd(20) ? dice.below(256) : dice.below(2))
    case 'u16':
      if (dice.odd(20)) return u16(dice.pick([0, 65_535]))
      return u16(id === 0x23 ? 1 + dice.below(2) : dice.pick([1, 2, 3, 10]))
    case 'u32': {
      const bytes = Buffer.alloc(4)
      bytes.writeUInt32BE(dice.odd(20) ? 0 : dice.pick([id === 0x27 ? 40 : 1, 60, 300, 100_000, 0xffffffff]))
      return bytes
    }
    case 'varint':
      return varint(dice.pick([1, 2, 127, 128, 16_384, 268_435_455]))
    case 'text':
      return text(id === 0x08 ? topic(dice) : dice.pick(['x', 'text', '']))
    case 'binary':
      return binary(dice.bytes(dice.below(6)))
    case 'pair':
      return Buffer.concat([text('k'), text('v')])
  }
}

function topic(dice: Dice): string {
  return dice.odd(40) ? dice.pick(oddTopics) : dice.pick(topics)
}

function filter(dice: Dice): string {
  return dice.odd(40) ? dice.pick(oddFilters) : dice.pick(filters)
}

function packetId(dice: Dice): Buffer {
  return u16(dice.odd(40) ? dice.pick([0, 65_535]) : 1 + dice.below(5))
}

function payload(dice: Dice): Buffer {
  const kind = dice.below(200)
  if (kind === 0) return Buffer.alloc(LONG, 'p')
  if (kind < 40) return Buffer.alloc(0)
  return dice.bytes(dice.below(10))
}

function text(content: string): Buffer {
  return binary(Buffer.from(content))
}

function binary(content: Buffer): Buffer {
  return Buffer.concat([u16(content.length), content])
}

function u16(number: number): Buffer {
  return Buffer.of(number >> 8, number & 0xff)
}

function varint(number: number): Buffer {
  const bytes: number[] = []
  let rest = number
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest & 0x7f) | 0x80)
  return Buffer.from([...bytes, rest])
}
