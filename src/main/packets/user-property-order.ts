import { parser, type Packet } from 'mqtt-packet'
import type { UserProperty } from '../../shared/composed-properties'

/** Under which a packet has its user properties. Nothing that lists, copies or prints a packet's fields sees it. */
const PAIRS = Symbol('user properties in order')

type Ordered = Packet & { [PAIRS]?: UserProperty[] }

/** What is used of the parser, which MQTT.js has as well. Its types leave it out. */
interface Parser {
  packet: Ordered
  _parseByType: (type: string) => unknown
}

let isKept = false

/**
 * Has the parser of MQTT.js note user properties in the order in which it reads them: it puts them into an object, which groups those of
 * one name. Packets without user properties are read as before.
 */
export function keepUserPropertyOrder(): void {
  if (isKept) return
  isKept = true
  const prototype = Object.getPrototypeOf(parser()) as Parser
  const parseByType = prototype._parseByType
  prototype._parseByType = function (this: Parser, type) {
    const value = parseByType.call(this, type)
    if (type === 'pair') (this.packet[PAIRS] ??= []).push(value as UserProperty)
    return value
  }
}

/** The user properties of a packet that was read, in their order. */
export function userPropertiesIn(packet: Ordered): readonly UserProperty[] {
  return packet[PAIRS] ?? []
}
