/** What a script of Treetop can use besides ECMAScript (docs/SCRIPTS.md). */

type Qos = 0 | 1 | 2

/** A text is sent as UTF-8, bytes as they are, and any other value as JSON. */
type Payload = string | Uint8Array | ArrayBuffer | object | number | boolean | null

/** MQTT 5. What is absent is not sent. */
interface Properties {
  payloadFormat?: 'bytes' | 'text'
  contentType?: string
  /** Seconds. */
  messageExpiry?: number
  responseTopic?: string
  correlationData?: string | Uint8Array
  /** In order; a name may repeat. */
  userProperties?: [name: string, value: string][]
}

interface Message {
  topic: string
  /** A text if the bytes are UTF-8, otherwise a Uint8Array. */
  payload: Payload
  qos: Qos
  retain: boolean
  properties: Properties
  /** The payload as text. */
  text(): string
  /** The payload read as JSON. Throws SyntaxError. */
  json(): any
  /** A copy of the payload's bytes. */
  bytes(): Uint8Array
}

/** A message to publish. */
interface Outgoing {
  topic: string
  /** Empty if absent. */
  payload?: Payload
  /** 0 if absent. */
  qos?: Qos
  retain?: boolean
  properties?: Properties
}

/** Message scripts: publishes on the connection that the message came from. Throws TypeError for what MQTT does not allow. */
declare function publish(message: Outgoing | Message): void

/** Message scripts: tells the user, by a notification of the system too while Treetop is not in front. */
declare function notice(text: string): void

/** Before a publish: nothing is published, and the user sees the reason. Throws, so that nothing after it runs. */
declare function cancel(reason: string): never

/** Message scripts: kept from message to message until the script is stopped or changed. */
declare const state: Record<string, any>

/** Values of the collection's variables in the active environment. */
declare const variables: Readonly<Record<string, string>>

declare const console: Record<'log' | 'info' | 'debug' | 'warn' | 'error', (...values: unknown[]) => void>

/** Defined by a script that saved messages name. Change the message, or return another one. */
declare function beforePublish(message: Message): void | Outgoing | Promise<void | Outgoing>

/** Defined by a script with `@filter`: called with each message of these filters. */
declare function onMessage(message: Message): void | Promise<void>
