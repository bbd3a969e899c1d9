import type { QueueRow } from '../../../../shared/contract/broker-clients'
import { m } from '../../../paraglide/messages'
import { age, bytes, exactTime } from '../../../state/format'
import type { Column } from '../../../ui'
import { countdown } from './client-words'

const brief = ['stage', 'topic', 'flags', 'age', 'expires']

/** The columns of the messages on their way to a client, without the action. `isBrief`: only those that matter most. `now`: in ms since 1970 UTC. */
export function queueColumns(isBrief: boolean, now: () => number): Column<QueueRow>[] {
  const columns = allColumns(now)
  return isBrief ? columns.filter(({ id }) => brief.includes(id)) : columns
}

function allColumns(now: () => number): Column<QueueRow>[] {
  return [
    {
      id: 'stage',
      label: m.clients_column_stage(),
      width: 104,
      tone: ({ stage }) => (stage === 'waiting' ? 'muted' : 'blue'),
      text: stageName
    },
    {
      id: 'topic',
      label: m.clients_column_topic(),
      width: 130,
      grow: 2,
      tone: ({ message }) => (message ? undefined : 'muted'),
      text: ({ message }) => message?.topic ?? m.clients_queue_received()
    },
    {
      id: 'payload',
      label: m.clients_column_payload(),
      width: 90,
      grow: 2,
      mono: true,
      tone: ({ message }) => (message?.binary ? 'muted' : 'accent'),
      text: ({ message }) => message?.preview ?? ''
    },
    { id: 'flags', label: m.clients_column_flags(), width: 64, tone: 'blue', mono: true, text: flagsOf },
    {
      id: 'age',
      label: m.clients_column_age(),
      width: 54,
      align: 'right',
      text: ({ message }) => (message ? age(now() - message.receivedAt) : '–')
    },
    {
      id: 'expires',
      label: m.clients_column_expires(),
      width: 70,
      align: 'right',
      tone: 'muted',
      text: ({ message }) => (message?.expiresIn ? countdown(message.expiresIn * 1_000) : '–')
    },
    {
      id: 'sent',
      label: m.clients_column_sent(),
      width: 60,
      align: 'right',
      tone: 'muted',
      text: ({ sentAt }) => (sentAt === null ? '–' : age(now() - sentAt))
    },
    {
      id: 'packetId',
      label: m.clients_column_packet_id(),
      width: 72,
      align: 'right',
      tone: 'muted',
      text: ({ packetId }) => String(packetId)
    },
    {
      id: 'size',
      label: m.clients_column_size(),
      width: 64,
      align: 'right',
      tone: 'muted',
      text: ({ message }) => (message ? bytes(message.size) : '–')
    },
    {
      id: 'publisher',
      label: m.clients_column_publisher(),
      width: 110,
      text: ({ message }) => message?.publisher || '–'
    }
  ]
}

/** Where the handshake of a message stands. */
function stageName({ stage }: QueueRow): string {
  return stage === 'waiting' ? m.clients_stage_waiting() : m.clients_stage_for({ packet: stage })
}

/** As the table of packets has them. */
function flagsOf({ qos, dup, retain }: QueueRow): string {
  return [`Q${qos}`, ...(dup ? ['DUP'] : []), ...(retain ? ['RETAIN'] : [])].join(' ')
}

/** Everything that is known of a message. `now` in ms since 1970 UTC. */
export function queueFacts(row: QueueRow, now: number): { label: string; value: string }[] {
  const { message, sentAt, packetId } = row
  const ago = (at: number): string => m.clients_fact_ago({ time: exactTime(at * 1_000), age: age(now - at) })
  return [
    { label: m.clients_column_topic(), value: message?.topic ?? m.clients_queue_received() },
    ...(message
      ? [
          { label: m.clients_column_payload(), value: `${message.preview}${message.cut ? '…' : ''}` },
          { label: m.clients_column_size(), value: bytes(message.size) },
          { label: m.clients_column_publisher(), value: message.publisher || '–' },
          { label: m.clients_column_age(), value: ago(message.receivedAt) },
          {
            label: m.clients_column_expires(),
            value:
              message.expiresIn === null
                ? m.clients_fact_never()
                : m.clients_fact_expires_in({ time: countdown(message.expiresIn * 1_000) })
          }
        ]
      : []),
    { label: m.clients_column_stage(), value: `${stageName(row)} · ${flagsOf(row)}` },
    { label: m.clients_column_packet_id(), value: String(packetId) },
    { label: m.clients_column_sent(), value: sentAt === null ? '–' : ago(sentAt) }
  ]
}
