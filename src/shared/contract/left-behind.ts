import { z } from 'zod'
import { ExportNote } from './access'

/** What could not be taken along. */
export const LeftBehind = z.object({
  /** About users and rules. */
  access: z.array(ExportNote),
  /** Ports of listeners that were only for this computer, and are open to the network on the server. */
  opened: z.array(z.int()),
  /** Ports of MQTT-SN listeners: the servers written here have none. */
  mqttSn: z.array(z.int()),
  /** Why there are no retained messages in the script: the broker was not running. */
  brokerStopped: z.boolean(),
  /** Retained messages: the first 100, and how many there are. */
  messages: z.array(
    z.object({
      topic: z.string(),
      fault: z.enum([
        /** Left out: mosquitto_pub takes no topic with control characters or more than 200 slashes. */
        'TOPIC',
        /** Written without the properties that a command cannot hold: control characters, or correlation data that is not text. */
        'PROPERTIES'
      ])
    })
  ),
  messageCount: z.int(),
  /** About bridges: what the room of bridges says. */
  bridges: z.array(z.string())
})
export type LeftBehind = z.infer<typeof LeftBehind>
