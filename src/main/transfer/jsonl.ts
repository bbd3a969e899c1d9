import { eachFlags, flagsIndex, textOrNull, timestamp, type Format } from './format'

/** JSON Lines: one object a line, UTF-8, lines end with LF. */
export const jsonl: Format = {
  header: '',
  quoteTopic: (topic) => JSON.stringify(topic),
  line([id, , receivedAt, direction, qos, retain, dup, payload, properties], topic) {
    const text = textOrNull(payload)
    const body =
      text === null
        ? `,"encoding":"base64","payload":"${payload.toString('base64')}","properties":`
        : `,"encoding":"utf8","payload":${JSON.stringify(text)},"properties":`
    const flags = FLAGS[flagsIndex(direction, qos, retain, dup)]
    return `{"id":${id},"topic":${topic},"receivedAt":"${timestamp(receivedAt)}${flags}${payload.length}${body}${properties ?? 'null'}}\n`
  }
}

const FLAGS = eachFlags(
  (direction, qos, retain, dup) =>
    `","direction":"${direction}","qos":${qos},"retain":${String(retain)},"dup":${String(dup)},"size":`
)
