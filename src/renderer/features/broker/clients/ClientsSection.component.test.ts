import { expect, it } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import type { CallInput } from '../../../../shared/contract'
import { defaultSettings } from '../../../../shared/contract/app'
import { defaultBrokerLimits, type BrokerStatus } from '../../../../shared/contract/broker'
import type { ClientRow } from '../../../../shared/contract/broker-clients'
import { MAX_TRACES, type TraceStatus } from '../../../../shared/contract/broker-traces'
import type { LinkState } from '../../../../shared/rpc/link'
import App from '../../../shell/App.svelte'
import { answersOfAnEmptyProcess, apiTo } from '../../../state/api-fixture'
import { untilClosed } from '../../../state/preferences.svelte'

const running: BrokerStatus = {
  state: 'running',
  ...{ host: '127.0.0.1', port: 1883, listeners: [{ kind: 'tcp', host: '127.0.0.1', port: 1883 }] },
  ...{ forgets: false, limits: defaultBrokerLimits, since: 0, clients: 10_000, rateIn: 0, rateOut: 0 },
  ...{ demo: false, faults: 0, storeFault: null }
}

function clientNamed(id: string): ClientRow {
  return {
    ...{ id, connected: true, own: false, isBridge: false, asleep: false, version: 5 },
    ...{ address: '10.0.0.1:5000', listener: { kind: 'tcp', port: 1883 }, username: null, keepAlive: 60 },
    ...{ since: Date.now(), sessionExpiry: 0, expiresAt: null, subscriptions: 0, waiting: 0 },
    ...{ waitingBytes: 0, inFlight: 0, received: 0, sent: 0, acknowledged: 0, rateIn: 0, rateOut: 0 },
    ...{ rateAcknowledged: 0, unacknowledgedSince: null, slow: false, slowToAcknowledge: false },
    ...{ traced: false, fighting: false }
  }
}

/** The section of a broker with so many clients. */
async function setup(count: number) {
  const process = {
    asked: [] as CallInput<'clients.list'>[],
    traces: [] as TraceStatus[],
    fails: false
  }
  const { api } = apiTo({
    ...answersOfAnEmptyProcess,
    'settings.get': () => ({ ...defaultSettings, language: 'en' }),
    'broker.status': () => running,
    'broker.refusals': () => [],
    'clients.list': (input) => {
      process.asked.push(input)
      if (process.fails) throw new Error('the table is broken')
      const ids = Array.from({ length: count }, (_, index) => `c${String(index).padStart(4, '0')}`)
      const rows = ids.slice(input.offset, input.offset + input.limit).map(clientNamed)
      return { total: count, rows }
    },
    'clients.get': () => null,
    'clients.events': () => [],
    'traces.list': () => process.traces,
    'traces.start': ({ clientId }) => {
      process.traces = [
        ...process.traces.slice(process.traces.length >= MAX_TRACES ? 1 : 0),
        { clientId, since: 0, packets: 0, bytes: 0 }
      ]
    },
    'traces.window': () => ({
      ...{ recording: true, start: 0, end: 0, newer: 0, first: 0, rows: [], packets: 0, bytes: 0 }
    })
  })
  untilClosed.set('broker.tab', 'clients')
  untilClosed.keep('clients.view', '{}')
  const screen = await render(App, {
    link: {
      api,
      onState(listener: (state: LinkState) => void) {
        listener('open')
        return () => undefined
      }
    }
  })
  const rail = screen.getByRole('navigation', { name: 'Pages' })
  await rail.getByRole('button', { name: 'Local broker', exact: true }).click()
  return { screen, process }
}

it('asks for no more than what is in sight of 10,000 clients, and has the broker sort them', async () => {
  const { screen, process } = await setup(10_000)
  await expect.element(screen.getByText('10,000 clients')).toBeVisible()
  await expect.element(screen.getByText('c0000', { exact: true })).toBeVisible()
  screen.getByRole('grid', { name: 'Clients' }).element().focus()
  await userEvent.keyboard('{End}')
  await expect.element(screen.getByText('c9999', { exact: true })).toBeVisible()
  expect(Math.max(...process.asked.map(({ limit }) => limit))).toBeLessThan(200)
  await screen.getByRole('columnheader', { name: 'Waiting' }).click()
  await expect.poll(() => process.asked.at(-1)).toMatchObject({ sort: 'waiting', descending: true })
  await screen.getByRole('columnheader', { name: 'Waiting' }).click()
  await expect.poll(() => process.asked.at(-1)).toMatchObject({ sort: 'waiting', descending: false })
})

it('says what went wrong above the rows that it has', async () => {
  const { screen, process } = await setup(3)
  await expect.element(screen.getByText('c0002', { exact: true })).toBeVisible()
  process.fails = true
  await expect.element(screen.getByRole('alert')).toBeVisible()
  await expect.element(screen.getByText('c0002', { exact: true })).toBeVisible()
  process.fails = false
  await expect.element(screen.getByRole('alert')).not.toBeInTheDocument()
})

it('asks before a new trace ends the oldest one', async () => {
  const { screen, process } = await setup(0)
  process.traces = Array.from({ length: MAX_TRACES }, (_, index) => ({
    ...{ clientId: `old-${index}`, since: index, packets: 12, bytes: 100 }
  }))
  const arm = async (clientId: string): Promise<void> => {
    await screen.getByRole('button', { name: /^Traces/ }).click()
    await screen.getByRole('menuitem', { name: 'Trace a client ID…' }).click()
    await screen.getByRole('button', { name: 'Start tracing' }).click()
    const field = screen.getByLabelText('Client ID', { exact: true })
    await expect.element(field).toHaveAccessibleDescription('Enter the client’s ID.')
    await userEvent.fill(field, clientId)
    await userEvent.keyboard('{Enter}')
  }
  await arm('new')
  const dialog = screen.getByRole('dialog')
  await expect
    .element(dialog.getByText(/the oldest trace ends, and its 12 packets are discarded/))
    .toBeVisible()
  await dialog.getByRole('button', { name: 'Cancel' }).first().click()
  expect(process.traces[0]?.clientId).toBe('old-0')
  await arm('new')
  await dialog.getByRole('button', { name: 'Replace' }).click()
  await expect.poll(() => process.traces.at(-1)?.clientId).toBe('new')
  expect(process.traces[0]?.clientId).toBe('old-1')
})
