import { z } from 'zod'
import { noProperties } from '../../../shared/composed-properties'
import { Qos } from '../../../shared/message'
import { codeName } from '../../../shared/mqtt-codes'
import { topicFault } from '../../../shared/topic'
import { outgoingProperties } from '../../mqtt/outgoing-properties'
import { Failure, type CommandContext } from '../command'
import { keptPlace } from '../connection'
import { withVariables } from '../profile-variables'
import { sentenceOf } from '../sentences'
import { Session } from '../session'
import { Refusal } from './refusal'
import { connection, tool, type Tool } from './tool'

/** Publishes over a connection of its own, where the person has allowed it. */
export function publishTool(
  context: Pick<CommandContext, 'environment' | 'secretBox'>,
  signal: AbortSignal
): Tool {
  return tool({
    name: 'publish_message',
    title: 'Publish a message',
    description:
      'Publishes one message to the broker of a connection, and waits for the acknowledgement. Works only where mayPublish of list_connections is true. This may switch real devices: do it only when the person has asked for it.',
    writes: true,
    input: {
      connection,
      topic: z.string().min(1),
      payload: z.string().max(1_000_000),
      encoding: z.enum(['utf8', 'base64']).default('utf8').describe('What payload holds'),
      qos: Qos.default(1),
      retain: z.boolean().default(false),
      contentType: z.string().max(1_000).optional().describe('MQTT 5 content type')
    },
    output: {
      outcome: z.enum(['sent', 'puback', 'pubcomp']).describe('sent: QoS 0, which nobody acknowledges'),
      reason: z.string().nullable().describe('The reason code of the acknowledgement; null: none'),
      milliseconds: z.number()
    },
    async run({ connection: wanted, topic, payload, encoding, qos, retain, contentType }, place) {
      const { id, name, mcpPublish } = await place.profile(wanted)
      if (!mcpPublish)
        throw new Refusal(
          `Publishing is not allowed for "${name}". The person can switch on "Allow publishing through MCP" in its settings in Treetop.`
        )
      const fault = topicFault(topic)
      if (fault) throw new Refusal(`"${topic}" is not a topic to publish to (${fault}).`)
      try {
        const { directory } = place
        const kept = await keptPlace(id, directory, context)
        const target = await withVariables(kept, { ...context, directory, env: undefined })
        const session = await Session.open(target, signal)
        try {
          const bytes = Buffer.from(payload, encoding)
          const properties =
            contentType === undefined ? null : outgoingProperties({ ...noProperties(), contentType })
          const { outcome, reasonCode, milliseconds } = await session.publish(
            topic,
            bytes,
            qos,
            retain,
            properties
          )
          const reason = reasonCode === null ? null : codeName('PUBACK', target.profile.version, reasonCode)
          return { outcome, reason, milliseconds }
        } finally {
          await session.close()
        }
      } catch (error) {
        throw new Failure(sentenceOf(error))
      }
    }
  })
}
