import { REASON_CODE } from '../../../shared/mqtt-codes'
import type { Message } from './message'
import { protocolError, Refusal } from './refusal'

/** The topics that a client gave aliases to, for one connection [MQTT-3.3.2-7]. */
export class TopicAliases {
  private topics: string[] | null = null

  /** `largest` is the Topic Alias Maximum that the CONNACK said. */
  constructor(private readonly largest: number) {}

  /** The message with its topic, which an alias may stand for. Throws Refusal [MQTT-3.3.2-8] to [MQTT-3.3.2-10]. */
  resolve(message: Message, alias: number): Message {
    if (alias === 0) throw invalid('A Topic Alias of 0 [MQTT-3.3.2-8].')
    if (alias > this.largest)
      throw invalid(
        `Topic Alias ${alias} is greater than ${this.largest}, the maximum that the CONNACK said [MQTT-3.3.2-9].`
      )
    const topics = (this.topics ??= [])
    if (message.topic !== '') {
      topics[alias] = message.topic
      return message
    }
    const topic = topics[alias]
    if (topic === undefined) throw protocolError(`Topic Alias ${alias} has not been set (3.3.2.3.4).`)
    return message.withTopic(topic)
  }
}

function invalid(message: string): Refusal {
  return new Refusal(message, REASON_CODE.TOPIC_ALIAS_INVALID)
}
