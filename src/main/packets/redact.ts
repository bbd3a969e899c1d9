import { afterHeader, type Cursor } from './cursor'

const ASTERISK = 0x2a
const CONNECT = 1
const CONNACK = 2
const AUTH = 15
const AUTHENTICATION_DATA = 0x16

/** Lengths of fixed-length properties, by identifier (MQTT 5.0, table 2-4). */
const FIXED: Readonly<Record<number, number>> = {
  0x01: 1,
  0x02: 4,
  0x11: 4,
  0x13: 2,
  0x17: 1,
  0x18: 4,
  0x19: 1,
  0x21: 2,
  0x22: 2,
  0x23: 2,
  0x24: 1,
  0x25: 1,
  0x27: 4,
  0x28: 1,
  0x29: 1,
  0x2a: 1
}
const VARIABLE = 0x0b
const USER_PROPERTY = 0x26

/** Whether packets of a type may hold secrets. */
export function mayHoldSecrets(firstByte: number): boolean {
  const type = firstByte >> 4
  return type === CONNECT || type === CONNACK || type === AUTH
}

/** Overwrites a CONNECT's password and any authentication data with asterisks in place, so lengths stay true. Handles truncated packets. */
export function redact(packet: Uint8Array): void {
  const cursor = afterHeader(packet)
  const type = packet[0]! >> 4
  if (type === CONNECT) redactConnect(cursor)
  else if (type === CONNACK) {
    cursor.at += 2
    redactProperties(cursor)
  } else if (type === AUTH) {
    cursor.at += 1
    redactProperties(cursor)
  }
}

/** MQTT 3.1.1, 3.1; MQTT 5.0, 3.1. */
function redactConnect(cursor: Cursor): void {
  cursor.binary()
  const version = cursor.byte() & 0x7f
  const flags = cursor.byte()
  cursor.word()
  if (version === 5) redactProperties(cursor)
  cursor.binary()
  if (flags & 0x04) {
    if (version === 5) cursor.skipProperties()
    cursor.binary()
    cursor.binary()
  }
  if (flags & 0x80) cursor.binary()
  if (flags & 0x40) cursor.binary().fill(ASTERISK)
}

function redactProperties(cursor: Cursor): void {
  const length = cursor.variable()
  const end = cursor.at + length
  while (cursor.at < end && !cursor.ended) {
    const identifier = cursor.byte()
    const fixed = FIXED[identifier]
    if (fixed !== undefined) cursor.at += fixed
    else if (identifier === VARIABLE) cursor.variable()
    else if (identifier === AUTHENTICATION_DATA) cursor.binary().fill(ASTERISK)
    else {
      cursor.binary()
      if (identifier === USER_PROPERTY) cursor.binary()
    }
  }
  cursor.at = end
}
