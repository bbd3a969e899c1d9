import type { MessageProperties, Qos } from '../../shared/message'
import type { TopicEntry } from '../history/topics'

/** An incoming PUBLISH. Its payload may be a slice of a socket's buffer: copy it if you keep it. */
export interface Arrival {
  topic: string
  payload: Buffer
  qos: Qos
  retain: boolean
  dup: boolean
  properties: MessageProperties | null
}

/** An incoming message that was committed to the history, or kept in memory because the history cannot be written. */
export interface RecordedMessage extends Arrival {
  /** Its id in the history; while nothing is recorded, just an ascending number. */
  id: number
  /** µs since 1970 UTC. */
  receivedAt: number
  entry: TopicEntry
  /** Number of messages of its topic, including this one. The entry may be ahead, because it counts messages before they are committed. */
  topicMessages: number
}
