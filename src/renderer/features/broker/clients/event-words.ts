import type { ClientEvent } from '../../../../shared/contract/broker-clients'
import { m } from '../../../paraglide/messages'
import { exactTime } from '../../../state/format'
import { reasonName } from '../../../state/sentences'
import { keepAliveText, listenerName, protocolName } from './client-words'

const kinds: Record<ClientEvent['kind'], () => string> = {
  connected: m.clients_event_connected,
  disconnected: m.clients_event_disconnected,
  refused: m.clients_event_refused,
  expired: m.clients_event_expired,
  fight: m.clients_event_fight
}

const sessions = {
  new: m.clients_session_new,
  resumed: m.clients_session_resumed,
  cleaned: m.clients_session_cleaned
}

export function eventName({ kind }: ClientEvent): string {
  return kinds[kind]()
}

export function eventTone(event: ClientEvent): 'accent' | 'red' | 'muted' | undefined {
  switch (event.kind) {
    case 'connected':
      return 'accent'
    case 'disconnected':
      return ['client', 'kicked', 'shutdown'].includes(event.cause) ? undefined : 'red'
    case 'refused':
    case 'fight':
      return 'red'
    case 'expired':
      return 'muted'
  }
}

/** What happened, in a sentence without the client's name. */
export function eventText(event: ClientEvent): string {
  switch (event.kind) {
    case 'connected':
      return m.clients_event_connected_text({
        protocol: protocolName(event.version, event.listener),
        session: sessions[event.session]()
      })
    case 'disconnected':
      return causeText(event)
    case 'refused':
      return reasonText(event.code, event.reason)
    case 'expired':
      return m.clients_expired_text()
    case 'fight': {
      const [first = '', second] = event.addresses
      return second === undefined
        ? m.clients_fight_text_one({ first })
        : m.clients_fight_text_two({ first, second })
    }
  }
}

function causeText({ cause, code, reason, other }: Extract<ClientEvent, { kind: 'disconnected' }>): string {
  switch (cause) {
    case 'client':
      return code
        ? m.clients_cause_client_code({ reason: reasonText(code, reason) })
        : m.clients_cause_client()
    case 'network':
      return m.clients_cause_network()
    case 'keepAlive':
      return m.clients_cause_keep_alive()
    case 'takenOver':
      return other === null ? m.clients_cause_taken_over_unknown() : m.clients_cause_taken_over({ other })
    case 'kicked':
      return m.clients_cause_kicked()
    case 'shutdown':
      return m.clients_cause_shutdown()
    case 'error':
      return m.clients_cause_error({ reason: code === null ? reason : reasonText(code, reason) })
  }
}

/** Codes in the history are those of MQTT 5, whatever the client speaks. */
function reasonText(code: number, reason: string): string {
  return [reasonName(code, 5, 'DISCONNECT'), reason].filter(Boolean).join(' · ')
}

/** Everything that is known of an event. */
export function eventFacts(event: ClientEvent): { label: string; value: string }[] {
  const facts = [
    { label: m.clients_column_time(), value: exactTime(event.at * 1_000) },
    { label: m.clients_column_id(), value: event.clientId },
    { label: m.clients_column_event(), value: eventName(event) },
    { label: m.clients_column_details(), value: eventText(event) }
  ]
  if ('address' in event) facts.push({ label: m.clients_column_address(), value: event.address })
  if ('listener' in event)
    facts.push({ label: m.clients_column_listener(), value: listenerName(event.listener) })
  if (event.kind === 'connected')
    facts.push(
      { label: m.clients_column_user(), value: event.username ?? '–' },
      { label: m.clients_column_keep_alive(), value: keepAliveText(event.keepAlive) }
    )
  if (event.kind === 'disconnected' && event.code !== null)
    facts.push({ label: m.clients_fact_reason_code(), value: reasonName(event.code, 5, 'DISCONNECT') })
  if (event.kind === 'disconnected' && event.reason !== '')
    facts.push({ label: m.clients_fact_reason(), value: event.reason })
  if (event.kind === 'disconnected' && event.other !== null)
    facts.push({ label: m.clients_fact_other(), value: event.other })
  return facts
}
