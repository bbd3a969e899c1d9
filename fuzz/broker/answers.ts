import { parser, type Packet } from 'mqtt-packet'

/** Packets that a server may send (MQTT 5.0, table 2-1). */
const fromServer = [
  'connack',
  'publish',
  'puback',
  'pubrec',
  'pubrel',
  'pubcomp',
  'suback',
  'unsuback',
  'pingresp',
  'disconnect',
  'auth'
]
const CONNACK = 0x20
const AUTH = 0xf0

/** What is wrong with the bytes that the broker sent on one connection, judged by another reader; null: nothing. */
export function answersFault(bytes: Buffer): string | null {
  if (bytes.length === 0) return null
  if (bytes[0] !== CONNACK && bytes[0] !== AUTH) return 'something else first than a CONNACK'
  // Only the CONNACK of MQTT 5 is longer than two bytes.
  const protocolVersion = bytes[0] === AUTH || bytes[1]! > 2 ? 5 : 4
  const reader = parser({ protocolVersion })
  let fault: string | null = null
  reader.on('packet', ({ cmd }: Packet) => {
    if (!fromServer.includes(cmd)) fault ??= `a ${cmd}`
  })
  reader.on('error', (error: Error) => (fault ??= `what another reader refuses (${error.message})`))
  reader.parse(bytes)
  return fault
}
