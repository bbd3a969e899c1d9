import type { ClientRow, ClientSort } from '../../../../shared/contract/broker-clients'
import { m } from '../../../paraglide/messages'
import { age, compact, count } from '../../../state/format'
import type { Column } from '../../../ui'
import { keepAliveText, listenerName, sessionText, stateName, versionName } from './client-words'

/**
 * The columns of the table of clients between the id and the action. Their ids are what the engine sorts by. `now`, in ms since 1970 UTC,
 * is read by the cells that show an age.
 */
export function clientColumns(now: () => number): Column<ClientRow>[] {
  return [
    {
      ...head('connected', m.clients_column_state(), 84),
      text: stateName,
      tone: ({ connected, asleep }) => (connected && !asleep ? 'accent' : 'muted')
    },
    {
      ...head('since', m.clients_column_since(), 64),
      tone: 'muted',
      text: ({ since }) => (since === 0 ? '–' : age(now() - since))
    },
    {
      ...head('expiresAt', m.clients_column_session(), 132),
      tone: 'muted',
      text: (row) => sessionText(row, now())
    },
    figure('subscriptions', m.clients_column_subscriptions(), 92, ({ subscriptions }) =>
      count(subscriptions)
    ),
    figure('waiting', m.clients_column_waiting(), 60, ({ waiting }) => count(waiting)),
    figure('inFlight', m.clients_column_in_flight(), 64, ({ inFlight }) => count(inFlight)),
    {
      ...figure('rateIn', m.clients_column_rate_in(), 52, ({ rateIn }) => rate(rateIn)),
      hint: m.clients_rate_hint()
    },
    {
      ...figure('rateOut', m.clients_column_rate_out(), 52, ({ rateOut }) => rate(rateOut)),
      hint: m.clients_rate_hint()
    },
    {
      ...head('version', m.clients_column_version(), 60),
      text: ({ version, listener }) => versionName(version, listener)
    },
    {
      ...head('address', m.clients_column_address(), 150),
      mono: true,
      text: ({ address }) => address ?? '–'
    },
    { ...head('listener', m.clients_column_listener(), 130), text: ({ listener }) => listenerName(listener) },
    { ...head('username', m.clients_column_user(), 110), text: ({ username }) => username ?? '–' },
    figure('keepAlive', m.clients_column_keep_alive(), 92, ({ keepAlive }) => keepAliveText(keepAlive))
  ]
}

/** Under which what the user chose of the table is stored. */
export const CLIENT_TABLE = 'broker-clients'

const brief: readonly ClientSort[] = ['connected', 'waiting', 'rateIn', 'rateOut']

/** The columns that matter most, where there is no room for all. */
export function briefColumns(now: () => number): Column<ClientRow>[] {
  return clientColumns(now).filter(({ id }) => brief.includes(id as ClientSort))
}

function head(
  id: ClientSort,
  label: string,
  width: number
): Pick<Column<ClientRow>, 'id' | 'label' | 'width' | 'sortable'> {
  return { id, label, width, sortable: true }
}

/** A column of figures: nothing worth a look is muted. */
function figure(
  id: ClientSort,
  label: string,
  width: number,
  text: (row: ClientRow) => string
): Column<ClientRow> {
  return {
    ...head(id, label, width),
    align: 'right',
    text,
    tone: (row) => (['0', '–'].includes(text(row)) ? 'muted' : undefined)
  }
}

/** Messages per second; a dash while they are not known. */
function rate(value: number | null): string {
  return value === null ? '–' : compact(value)
}
