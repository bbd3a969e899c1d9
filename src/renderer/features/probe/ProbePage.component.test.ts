import { expect, it } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import { defaultSettings } from '../../../shared/contract/app'
import type { Job } from '../../../shared/contract/jobs'
import type { ProbeItem, ProbeItemId, ProbeSheet } from '../../../shared/contract/probe'
import { defaultProfile, type Profile } from '../../../shared/contract/profiles'
import type { LinkState } from '../../../shared/rpc/link'
import App from '../../shell/App.svelte'
import { answersOfAnEmptyProcess, apiTo } from '../../state/api-fixture'

const profile: Profile = {
  ...defaultProfile('tester'),
  id: 'plant',
  name: 'Plant',
  host: 'plant.example',
  username: 'anna',
  secrets: { password: 'keyFile', key: null }
}

const job: Job = {
  id: 'j',
  kind: 'probe',
  state: 'running',
  progress: 0,
  messages: 0,
  bytes: 0,
  error: null,
  result: null
}

function itemOf(id: ProbeItemId, changes: Partial<ProbeItem> = {}): ProbeItem {
  const none = { value: null, asked: null, answer: null, roundTrip: null, acknowledged: null }
  return { id, verdict: 'supported', finding: 'works', ...none, took: 1, evidence: [], ...changes }
}

function sheetOf(items: ProbeItem[], changes: Partial<ProbeSheet> = {}): ProbeSheet {
  return {
    format: 1,
    id: 's1',
    name: 'Plant',
    address: 'mqtt://plant.example:1883',
    at: Date.UTC(2026, 10, 29),
    took: 1_234,
    treetop: '9.9.9',
    end: 'complete',
    topic: 'treetop/probe/0',
    left: { topics: [], sessions: [] },
    traffic: { connections: 1, sent: 2, received: 3, bytes: 4 },
    items,
    ...changes
  }
}

/** The app at the page, over a real channel to a process with one profile. */
async function setup(options: { sheets?: ProbeSheet[]; running?: ProbeItem[] } = {}) {
  const process = { sheets: options.sheets ?? [], running: options.running ?? null, cancelled: 0 }
  const { api, session } = apiTo({
    ...answersOfAnEmptyProcess,
    'settings.get': () => ({ ...defaultSettings, language: 'en' }),
    'broker.status': () => ({ state: 'stopped', fault: null }),
    'profiles.list': () => [profile],
    'jobs.list': () => (process.running ? [job] : []),
    'jobs.cancel': () => void process.cancelled++,
    'probe.start': () => {
      process.running = []
      return job
    },
    'probe.running': () => process.running && { jobId: job.id, items: process.running },
    'probe.list': () => process.sheets,
    'probe.get': ({ sheetId }) => process.sheets.find(({ id }) => id === sheetId)!
  })
  const screen = await render(App, {
    link: {
      api,
      onState(listener: (state: LinkState) => void) {
        listener('open')
        return () => undefined
      }
    }
  })
  await screen.getByRole('button', { name: 'Test a broker' }).click()
  /** The test ends. */
  const end = (changes: Partial<Job>): void => {
    process.running = null
    session.emit('jobs.changed', { ...job, ...changes })
  }
  return { screen, session, process, end }
}

it('shows items as they are found, then the sheet', async () => {
  const { screen, session, process, end } = await setup()
  await screen.getByRole('button', { name: 'Test this broker' }).click()
  await expect.element(screen.getByText('0 of 28').first()).toBeVisible()
  const first = itemOf('version5', { finding: 'accepted' })
  session.emit('probe.item', { jobId: 'j', profileId: 'plant', item: first })
  session.emit('probe.item', { jobId: 'other', profileId: 'plant', item: itemOf('qos0') })
  await expect.element(screen.getByText('1 of 28').first()).toBeVisible()
  await expect.element(screen.getByRole('button', { name: /^yes MQTT 5/ })).toBeEnabled()
  await expect.element(screen.getByRole('button', { name: /^QoS 0/ })).toBeDisabled()
  process.sheets = [sheetOf([first])]
  end({ state: 'done', result: { kind: 'probe', profileId: 'plant', sheetId: 's1' } })
  await expect.element(screen.getByRole('heading', { name: 'What Plant supports' })).toBeVisible()
})

it('goes on showing a test that was running before the page was loaded, and cancels it', async () => {
  const { screen, process, end } = await setup({ running: [itemOf('version5'), itemOf('qos0')] })
  await expect.element(screen.getByText('2 of 28').first()).toBeVisible()
  await screen.getByRole('button', { name: 'Cancel' }).click()
  await expect.element(screen.getByText(/^Cancelling/)).toBeVisible()
  expect(process.cancelled).toBe(1)
  end({ state: 'cancelled' })
  await expect.element(screen.getByText('The test of Plant was cancelled.')).toBeVisible()
  await expect.element(screen.getByRole('heading', { name: 'What does Plant support?' })).toBeVisible()
})

it('says what a test left behind, and what a cancelled one did', async () => {
  const left = { topics: ['treetop/probe/0/retain'], sessions: ['tester-p1'] }
  const { screen, session } = await setup({ sheets: [sheetOf([itemOf('qos0')], { left, end: 'lost' })] })
  await expect.element(screen.getByText('Retained message: treetop/probe/0/retain')).toBeVisible()
  await expect.element(screen.getByText('Session of client ID: tester-p1')).toBeVisible()
  await expect.element(screen.getByText(/^The broker became unreachable before/)).toBeVisible()
  session.emit('probe.left', { profileId: 'plant', left: { topics: ['treetop/probe/9/x'], sessions: [] } })
  await expect.element(screen.getByText(/could not clean up everything.*treetop\/probe\/9\/x/)).toBeVisible()
})

it('moves between items with the arrow keys, and opens their packets', async () => {
  const step = {
    at: 1.5,
    direction: 'received',
    packet: 'SUBACK',
    fields: { code: 0x87, messageId: 7 }
  } as const
  const { screen } = await setup({
    sheets: [sheetOf([itemOf('version5'), itemOf('everything', { evidence: [step] }), itemOf('keepAlive')])]
  })
  const everything = screen.getByRole('button', { name: /Subscription to #/ })
  await screen.getByRole('button', { name: /^yes MQTT 5/ }).click()
  await userEvent.keyboard('{ArrowDown}')
  await expect.element(everything).toHaveFocus()
  await userEvent.keyboard('{Enter}')
  await expect.element(everything).toHaveAttribute('aria-expanded', 'true')
  const packets = screen.getByRole('list', { name: 'Packets' })
  await expect.element(packets).toHaveTextContent('1.50 ms ← SUBACK code 0x87 messageId 7')
  await userEvent.keyboard('{End}')
  await expect.element(screen.getByRole('button', { name: /Longest keep alive/ })).toHaveFocus()
})
