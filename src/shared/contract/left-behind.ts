import { z } from 'zod'
import { ExportNote } from './access'

/** The server whose configuration is written. */
export const ServerKind = z.enum(['mosquitto', 'emqx'])
export type ServerKind = z.infer<typeof ServerKind>

/** What a server does not get of a bridge. */
export const BridgeNote = z.object({
  /** The bridge's name. */
  bridge: z.string(),
  fault: z.enum([
    /** Left out: it is off. */
    'OFF',
    /** Left out: its connection profile is gone. */
    'PROFILE',
    /** Left out: bridges are not written for this server. */
    'SERVER',
    /** Left out: the server's bridges do not speak WebSocket. */
    'WEB_SOCKET',
    /** Written without a topic, whose `filter` cannot stand in a line. */
    'TOPIC',
    /** Written without the user name, which cannot stand in a line. */
    'USER_NAME',
    /** Written without the password, which has to be filled in. */
    'PASSWORD',
    /** Written without the private key's file, which has to be put there. */
    'KEY',
    /** Written without the client certificate, which is a PFX file: the server takes PEM. */
    'PFX',
    /** Written, but the private key is encrypted, and the server asks for its passphrase at each start. */
    'PASSPHRASE',
    /** Left out: the server's bridges do not authenticate by SCRAM. */
    'SCRAM',
    /** Written without its proxy: the server connects directly. */
    'PROXY',
    /** Written, but messages also stay retained where the bridge says that they do not. */
    'RETAIN'
  ]),
  /** Of a topic; null otherwise. */
  filter: z.string().nullable()
})
export type BridgeNote = z.infer<typeof BridgeNote>

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
  bridges: z.array(BridgeNote)
})
export type LeftBehind = z.infer<typeof LeftBehind>
