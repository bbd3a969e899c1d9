import { isUtf8 } from 'node:buffer'
import { eachFlags, flagsIndex, timestamp, type Format } from './format'

/** JSON Lines: one object per line, UTF-8, lines end with LF. */
export const jsonl: Format = {
  header: '',
  quoteTopic: (topic) => Buffer.from(JSON.stringify(topic)),
  line([id, , receivedAt, direction, qos, retain, dup, payload, properties], topic, to) {
    to.ascii(`{"id":${id},"topic":`)
    to.copy(topic)
    const flags = FLAGS[flagsIndex(direction, qos, retain, dup)]
    to.ascii(`,"receivedAt":"${timestamp(receivedAt)}${flags}${payload.length}`)
    if (isUtf8(payload)) {
      to.ascii(',"encoding":"utf8","payload":')
      to.json(payload)
    } else to.ascii(`,"encoding":"base64","payload":"${payload.toString('base64')}"`)
    if (properties === null) to.ascii(',"properties":null}\n')
    else to.text(`,"properties":${properties}}\n`)
  }
}

const FLAGS = eachFlags(
  (direction, qos, retain, dup) =>
    `","direction":"${direction}","qos":${qos},"retain":${String(retain)},"dup":${String(dup)},"size":`
)
