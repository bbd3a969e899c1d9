import type { ClientConnect, ClientRow } from '../../../../shared/contract/broker-clients'
import { m } from '../../../paraglide/messages'
import { age, bytes, compact, count, time, toTheSecond } from '../../../state/format'
import { keepAliveText, listenerName, sessionText, versionName } from './client-words'

interface Fact {
  label: string
  value: string
}

/** What the broker knows of a client now. `now` in ms since 1970 UTC. */
export function rowFacts(row: ClientRow, now: number): Fact[] {
  const { connected, address, listener, since, waiting, waitingBytes, inFlight, unacknowledgedSince } = row
  const where = address === null ? '–' : address
  return [
    {
      label: m.clients_column_address(),
      value: listener ? m.clients_fact_address({ address: where, listener: listenerName(listener) }) : where
    },
    {
      label: connected ? m.clients_fact_since_connected() : m.clients_fact_since_absent(),
      value: since === 0 ? '–' : ago(since, now)
    },
    { label: m.clients_fact_session(), value: sessionText(row, now) },
    {
      label: m.clients_fact_keep_alive(),
      value: row.keepAlive
        ? m.clients_fact_granted({ seconds: count(row.keepAlive) })
        : keepAliveText(row.keepAlive)
    },
    ...(connected
      ? [
          { label: m.clients_fact_from(), value: withRate(row.received, row.rateIn) },
          { label: m.clients_fact_to(), value: withRate(row.sent, row.rateOut) },
          { label: m.clients_fact_acknowledged(), value: withRate(row.acknowledged, row.rateAcknowledged) }
        ]
      : []),
    {
      label: m.clients_fact_waiting(),
      value: m.clients_fact_waiting_value({ count: count(waiting), size: bytes(waitingBytes) })
    },
    {
      label: m.clients_fact_in_flight(),
      value:
        unacknowledgedSince === null
          ? count(inFlight)
          : m.clients_fact_in_flight_value({ count: count(inFlight), age: age(now - unacknowledgedSince) })
    }
  ]
}

/** A CONNECT in full; before MQTT 5 there are no properties. */
export function connectFacts(connect: ClientConnect, assignedId: string): Fact[] {
  const { version, clientId, cleanStart, keepAlive, username, password } = connect
  return [
    { label: m.clients_connect_version(), value: versionName(version, null) },
    {
      label: m.clients_connect_id(),
      value: clientId === '' ? m.clients_connect_assigned({ client: assignedId }) : clientId
    },
    {
      label: version === 5 ? m.clients_connect_clean_start() : m.clients_connect_clean_session(),
      value: yesNo(cleanStart)
    },
    { label: m.clients_connect_keep_alive(), value: keepAliveText(keepAlive) },
    { label: m.clients_connect_user(), value: username ?? m.clients_connect_not_given() },
    { label: m.clients_connect_password(), value: given(password) },
    ...(version === 5 ? propertyFacts(connect) : [])
  ]
}

function propertyFacts(connect: ClientConnect): Fact[] {
  const { sessionExpiry, maximumPacketSize, authenticationMethod } = connect
  return [
    {
      label: m.clients_connect_session_expiry(),
      value:
        sessionExpiry === null
          ? m.clients_connect_never()
          : m.clients_seconds({ seconds: count(sessionExpiry) })
    },
    { label: m.clients_connect_receive_maximum(), value: count(connect.receiveMaximum) },
    {
      label: m.clients_connect_packet_size(),
      value: maximumPacketSize === null ? m.clients_connect_no_limit() : bytes(maximumPacketSize)
    },
    { label: m.clients_connect_alias_maximum(), value: count(connect.topicAliasMaximum) },
    { label: m.clients_connect_problem(), value: yesNo(connect.requestProblemInformation) },
    { label: m.clients_connect_response(), value: yesNo(connect.requestResponseInformation) },
    ...(authenticationMethod === null
      ? []
      : [
          { label: m.clients_connect_method(), value: authenticationMethod },
          { label: m.clients_connect_data(), value: given(connect.authenticationData) }
        ]),
    ...connect.userProperties.map(([name, value]) => ({
      label: m.clients_connect_user_property({ name }),
      value
    }))
  ]
}

function ago(at: number, now: number): string {
  return m.clients_fact_ago({ time: toTheSecond(time(at * 1_000, now)), age: age(now - at) })
}

function withRate(total: number, rate: number | null): string {
  return rate === null ? count(total) : m.clients_fact_rate({ count: count(total), rate: compact(rate) })
}

export function yesNo(value: boolean): string {
  return value ? m.clients_yes() : m.clients_no()
}

function given(value: boolean): string {
  return value ? m.clients_connect_given() : m.clients_connect_not_given()
}
