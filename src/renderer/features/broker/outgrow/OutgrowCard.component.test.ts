import { expect, it } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import { defaultSettings } from '../../../../shared/contract/app'
import type { Job } from '../../../../shared/contract/jobs'
import type { LeftBehind } from '../../../../shared/contract/left-behind'
import type { LinkState } from '../../../../shared/rpc/link'
import App from '../../../shell/App.svelte'
import { answersOfAnEmptyProcess, apiTo } from '../../../state/api-fixture'

const nothing: LeftBehind = {
  access: [],
  opened: [],
  mqttSn: [],
  brokerStopped: false,
  messages: [],
  messageCount: 0,
  bridges: []
}

/** The app at the broker's settings, and the job of its process. */
async function setup(host: 'browser' | 'desktop' = 'browser', jobs: Job[] = []) {
  const process = { jobs, asked: [] as unknown[], cancelled: [] as string[] }
  const info = await answersOfAnEmptyProcess['app.info']!(undefined, undefined as never)
  const job: Job = {
    id: 'j',
    kind: 'moveToServer',
    state: host === 'desktop' ? 'choosing' : 'running',
    progress: 0,
    messages: 0,
    bytes: 0,
    error: null,
    result: null
  }
  const { api, session } = apiTo({
    ...answersOfAnEmptyProcess,
    'app.info': () => ({ ...info, host }),
    'settings.get': () => ({ ...defaultSettings, language: 'en' as const }),
    'broker.status': () => ({ state: 'stopped', fault: null }),
    'broker.certificate': () => null,
    'jobs.list': () => process.jobs,
    'jobs.cancel': ({ id }) => void process.cancelled.push(id),
    'outgrow.write': (input) => {
      process.asked.push(input)
      return job
    }
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
  const rail = screen.getByRole('navigation', { name: 'Pages' })
  await rail.getByRole('button', { name: 'Settings', exact: true }).click()
  await screen.getByRole('button', { name: 'Broker settings' }).click()
  return {
    process,
    card: screen.getByRole('region', { name: 'Move to a server' }),
    job,
    tell: (change: Partial<Job>) => session.emit('jobs.changed', { ...job, ...change })
  }
}

it('shows how far it is, and is cancelled', async () => {
  const { card, process, tell } = await setup()
  await userEvent.fill(card.getByRole('textbox', { name: 'Folder' }), '/srv/mqtt')
  await card.getByRole('button', { name: 'Write folder' }).click()
  expect(process.asked).toEqual([{ server: 'mosquitto', folder: '/srv/mqtt' }])
  tell({ progress: 0.4, messages: 41_000 })
  await expect.element(card.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '40')
  await expect.element(card.getByText('41,000 retained messages written')).toBeVisible()
  await card.getByRole('button', { name: 'Cancel' }).click()
  expect(process.cancelled).toEqual(['j'])
  tell({ state: 'cancelled' })
  await expect.element(card.getByText(/Nothing was left in the folder/)).toBeVisible()
  await expect.element(card.getByRole('textbox', { name: 'Folder' })).toHaveValue('/srv/mqtt')
})

it('lets the desktop ask for the folder', async () => {
  const { card, process, tell } = await setup('desktop')
  await expect.element(card.getByRole('textbox')).not.toBeInTheDocument()
  await card.getByRole('button', { name: 'Choose folder…' }).click()
  expect(process.asked).toEqual([{ server: 'mosquitto', folder: null }])
  await expect.element(card.getByText('Choose a new or empty folder.')).toBeVisible()
  tell({ state: 'failed', error: { code: 'FOLDER_NOT_EMPTY', details: { path: '/home/me' } } })
  await expect.element(card.getByText('/home/me is not empty. Choose a new or empty folder.')).toBeVisible()
})

it('says in a sentence each what the server does not get, and finds the result of an earlier visit', async () => {
  const left: LeftBehind = {
    access: [
      { rule: 4, user: null, fault: 'ORDER_ALLOW' },
      { rule: null, user: 'ada', fault: 'PASSWORD' }
    ],
    opened: [1883],
    mqttSn: [1884],
    brokerStopped: true,
    messages: [{ topic: 'a/b', fault: 'TOPIC' }],
    messageCount: 2_001,
    bridges: [
      { bridge: 'plant', fault: 'TOPIC', filter: 'x y' },
      { bridge: 'cloud', fault: 'WEB_SOCKET', filter: null }
    ]
  }
  const { card } = await setup('browser', [
    {
      id: 'earlier',
      kind: 'moveToServer',
      state: 'done',
      progress: 1,
      messages: 1,
      bytes: 1,
      error: null,
      result: { kind: 'server', server: 'emqx', path: "/srv/it's here", left }
    }
  ])
  await expect.element(card.getByText(/Everything for EMQX is in/)).toBeVisible()
  const sentences = card
    .getByRole('listitem')
    .elements()
    .map((item) => item.textContent)
  expect(sentences).toHaveLength(9)
  expect(sentences).toEqual(
    expect.arrayContaining([
      'Rule 5: Left out, because there it would override an earlier rule that denies.',
      expect.stringContaining('User ada: Left out'),
      expect.stringContaining('Bridge plant was written without x y'),
      'Bridge cloud was left out: the bridges of EMQX do not use WebSocket.',
      'Further retained messages left out or written without properties: 2,000.'
    ])
  )
  await expect.element(card.getByText(/scp -r '\/srv\/it'\\''s here' user@server:/)).toBeVisible()
  await expect.element(card.getByText(/mosquitto -c/)).not.toBeInTheDocument()
})

it('says that everything was included', async () => {
  const { card, tell } = await setup()
  await card.getByRole('button', { name: 'Write folder' }).click()
  tell({ state: 'done', result: { kind: 'server', server: 'mosquitto', path: '/srv/mqtt', left: nothing } })
  await expect.element(card.getByText('Everything was included.')).toBeVisible()
})
