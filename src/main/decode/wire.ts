import { ByteReader } from './byte-reader'
import { faultAt } from './fault'

/** Fields read from one message at most: more than could be shown. */
const MAX_FIELDS = 200_000

/** Wire types (the Protobuf encoding guide, "Message Structure"). */
export const VARINT = 0
export const FIXED64 = 1
export const LENGTH = 2
export const GROUP = 3
const GROUP_END = 4
export const FIXED32 = 5

/** One field on the wire: where its content begins and ends. */
export interface Occurrence {
  wire: number
  from: number
  to: number
}

interface Found {
  fields: Map<number, Occurrence[]>
  /** Not everything was read. */
  cut: boolean
}

/** Locates the fields of a Protobuf message, by number. Throws DecodeError. */
export function fieldsOf(reader: ByteReader): Found {
  const fields = new Map<number, Occurrence[]>()
  const found: Found = { fields, cut: false }
  for (let count = 0; reader.left > 0; count++) {
    if (count === MAX_FIELDS) return { ...found, cut: true }
    const start = reader.position
    if (reader.partial && endsWithin(reader)) return { ...found, cut: true }
    const tag = reader.varint()
    const number = Number(tag >> 3n)
    const wire = Number(tag & 7n)
    if (number === 0 || number > 0x1fff_ffff || wire > FIXED32 || wire === GROUP_END)
      throw faultAt('MALFORMED', start, `field ${number}, wire type ${wire}`)
    const occurrence = contentOf(reader, wire, number)
    if (!occurrence) return { ...found, cut: true }
    const others = fields.get(number)
    if (others) others.push(occurrence)
    else fields.set(number, [occurrence])
  }
  return found
}

/** Skips a field's content and returns its location; null if it is cut off and not worth showing. */
function contentOf(reader: ByteReader, wire: number, number: number): Occurrence | null {
  const from = reader.at
  if (wire === LENGTH) {
    if (reader.partial && endsWithin(reader)) return null
    const length = Number(reader.varint())
    const start = reader.at
    if (reader.partial && reader.left === 0 && length > 0) return null
    reader.take(length)
    return { wire, from: start, to: reader.at }
  }
  if (reader.partial && wire === VARINT && endsWithin(reader)) return null
  if (reader.partial && reader.left < (wire === FIXED64 ? 8 : wire === FIXED32 ? 4 : 0)) return null
  if (wire === GROUP) return groupOf(reader, number)
  skip(reader, wire)
  return { wire, from, to: reader.at }
}

/** Skips a group, including nested groups, up to its own end. */
function groupOf(reader: ByteReader, number: number): Occurrence | null {
  const from = reader.at
  const open = [number]
  for (;;) {
    if (reader.partial && endsWithin(reader)) return null
    const start = reader.position
    const to = reader.at
    const tag = Number(reader.varint() & 0xffff_ffffn)
    const wire = tag & 7
    if (wire === GROUP) open.push(tag >>> 3)
    else if (wire !== GROUP_END) skip(reader, wire)
    else if (open.pop() !== tag >>> 3) throw faultAt('MALFORMED', start, `end of group ${tag >>> 3}`)
    else if (open.length === 0) return { wire: GROUP, from, to }
  }
}

function skip(reader: ByteReader, wire: number): void {
  if (wire === VARINT) reader.varint()
  else if (wire === FIXED64) reader.take(8)
  else if (wire === FIXED32) reader.take(4)
  else if (wire === LENGTH) reader.take(Number(reader.varint()))
  else throw faultAt('MALFORMED', reader.position, `wire type ${wire}`)
}

/** Skips a field's content and returns its location. Throws DecodeError. */
export function contentFrom(reader: ByteReader, wire: number): Occurrence {
  if (wire !== LENGTH) {
    const from = reader.at
    skip(reader, wire)
    return { wire, from, to: reader.at }
  }
  const length = reader.short()
  const from = reader.at
  reader.take(length)
  return { wire, from, to: reader.at }
}

/** Whether the bytes end before the varint that begins here. */
export function endsWithin({ bytes, at }: ByteReader): boolean {
  for (let index = at; index < bytes.length; index++) if (bytes[index]! < 0x80) return false
  return true
}

/** A reader for one field's content. */
export function at(reader: ByteReader, { from, to }: Occurrence): ByteReader {
  return new ByteReader(reader.bytes.subarray(from, to), reader.partial, reader.base + from)
}
