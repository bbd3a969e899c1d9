import { expect, it, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import { defaultSettings } from '../../../shared/contract/app'
import { neverConnected } from '../../../shared/contract/connections'
import type { WatchDraft, WatchEntry, WatchRule, WatchState } from '../../../shared/contract/watch'
import { AppError } from '../../../shared/errors'
import type { LinkState } from '../../../shared/rpc/link'
import App from '../../shell/App.svelte'
import { answersOfAnEmptyProcess, apiTo } from '../../state/api-fixture'

const pump: WatchRule = {
  id: 'pump',
  name: 'Pump off',
  on: true,
  filter: 'pump/+',
  condition: { kind: 'silent', after: 90 },
  again: 5,
  tellBack: true,
  actions: {
    notify: true,
    mark: false,
    publish: { topic: 'alarm', payload: 'x', qos: 0, retain: false },
    check: null
  }
}

const sight: WatchState = { ruleId: 'pump', topics: 100_000, unwatched: 1_234, firing: 0, listed: [] }

/** The page in an app with one open connection, over a real channel to a process that keeps rules. */
async function setup(rules: WatchRule[] = [], fails = false) {
  const trials = vi.fn((_: WatchDraft, __: number) => 3)
  const saves = vi.fn((_: WatchDraft) => undefined)
  const process = { rules, fails }
  const { api, session } = apiTo({
    ...answersOfAnEmptyProcess,
    'settings.get': () => ({ ...defaultSettings, language: 'en' }),
    'broker.status': () => ({ state: 'stopped', fault: null }),
    'connections.list': () => [{ ...neverConnected('plant', 1), name: 'Plant' }],
    'topics.suggest': () => ({ topics: ['other/x', 'plant/a/temp'] }),
    'series.fields': ({ topic }) => [
      { path: '/temp', place: '/temp', kind: 'number', text: topic === 'plant/a/temp' ? '91' : '0' }
    ],
    'watch.rules': () => {
      if (process.fails) throw new AppError('HISTORY_UNAVAILABLE', { reason: 'the disk is gone' })
      return process.rules
    },
    'watch.states': () => ({ states: process.rules.length > 0 ? [sight] : [], logFault: null }),
    'watch.log': () => ({ entries: [], more: false }),
    'watch.try': ({ draft, seconds }) => ({
      ...{
        from: 0,
        to: 1,
        isWhole: true,
        messages: 10,
        topics: 1,
        fired: trials(draft, seconds),
        moments: []
      }
    }),
    'watch.save': ({ id, draft }) => {
      saves(draft)
      return { id: id ?? 'new', ...draft }
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
  await screen.getByRole('button', { name: 'Watch', exact: true }).click()
  return { screen, session, process, trials, saves }
}

it('writes a rule: a sentence says what it does, the history says what it would have done', async () => {
  const { screen, trials, saves } = await setup()
  await screen.getByRole('main').getByRole('button', { name: 'New rule' }).click()
  await expect.element(screen.getByLabelText('Topic filter')).toHaveFocus()
  await expect.element(screen.getByText(/^When a value of … is above …, notify me/)).toBeVisible()
  await userEvent.fill(screen.getByLabelText('Topic filter'), 'plant/#/temp')
  await screen.getByRole('button', { name: 'Save and switch on' }).click()
  await expect.element(screen.getByText('# must be the last level, as in plant/#.')).toBeVisible()
  await expect.element(screen.getByText('Enter a number.')).toBeVisible()
  expect([saves.mock.calls, trials.mock.calls]).toEqual([[], []])
  await userEvent.fill(screen.getByLabelText('Topic filter'), 'plant/+/temp')
  await userEvent.selectOptions(screen.getByLabelText('Value', { exact: true }), '/temp')
  await userEvent.fill(screen.getByLabelText('Limit'), '80')
  await userEvent.fill(screen.getByLabelText('For at least'), '10')
  await expect
    .element(
      screen.getByText(
        'When /temp of plant/+/temp is above 80 for 10 sec, notify me and mark it in the time bar.'
      )
    )
    .toBeVisible()
  await expect.element(screen.getByText('Would have fired 3 times in the last hour.').first()).toBeVisible()
  await screen.getByRole('radio', { name: 'the last 24 hours' }).click()
  await expect
    .element(screen.getByText('Would have fired 3 times in the last 24 hours.').first())
    .toBeVisible()
  expect(trials.mock.lastCall).toMatchObject([{ condition: { path: '/temp', limit: 80, for: 10 } }, 86_400])
  const before = trials.mock.calls.length
  await screen.getByRole('checkbox', { name: 'Notify me' }).click()
  await screen.getByRole('checkbox', { name: 'Mark the moment in the time bar' }).click()
  await screen.getByRole('button', { name: 'Save and switch on' }).click()
  await expect.element(screen.getByText('Choose at least one action.')).toBeVisible()
  await expect.element(screen.getByRole('checkbox', { name: 'Notify me' })).toHaveFocus()
  await screen.getByRole('checkbox', { name: 'Notify me' }).click()
  // Actions make no difference to a trial.
  expect(trials.mock.calls).toHaveLength(before)
  await screen.getByRole('button', { name: 'Save and switch on' }).click()
  await vi.waitFor(() => expect(saves).toHaveBeenCalledOnce())
  expect(saves.mock.lastCall![0]).toMatchObject({
    name: 'When /temp of plant/+/temp is above 80 for 10 sec',
    on: true,
    filter: 'plant/+/temp',
    again: 60,
    actions: { notify: true, mark: false, publish: null, check: null }
  })
})

it('keeps what was typed while the user is elsewhere, and asks before it is discarded', async () => {
  const { screen } = await setup([pump])
  await expect.element(screen.getByText(/^1,234 more topics match but are not watched/)).toBeVisible()
  await expect
    .element(screen.getByText('When a topic of pump/+ is silent for 90 sec, notify me and publish to alarm.'))
    .toBeVisible()
  await screen.getByRole('button', { name: 'More for Pump off' }).click()
  await screen.getByRole('menuitem', { name: 'Edit…' }).click()
  await userEvent.fill(screen.getByLabelText('Silent for'), '7')
  await screen.getByRole('button', { name: 'Settings' }).click()
  await screen.getByRole('button', { name: 'Watch', exact: true }).click()
  await expect.element(screen.getByLabelText('Silent for')).toHaveValue('7')
  await screen.getByRole('button', { name: 'Cancel' }).click()
  await screen.getByText('Keep editing').click()
  await expect.element(screen.getByLabelText('Silent for')).toHaveValue('7')
  await screen.getByRole('button', { name: 'Cancel' }).click()
  await screen.getByRole('button', { name: 'Discard' }).click()
  await expect.element(screen.getByRole('heading', { name: 'Pump off' })).toBeVisible()
})

it('tells what rules did, once for several topics, and why a rule could not publish', async () => {
  const { screen, session } = await setup([pump])
  const entry = (changes: Partial<WatchEntry>): WatchEntry => ({
    ...{ number: 1, at: 0, ruleId: 'pump', rule: 'Pump off', kind: 'fired', topic: 'pump/1', value: null },
    ...{
      messageId: null,
      held: 0,
      marked: false,
      notified: true,
      to: null,
      error: null,
      check: null,
      sentence: null
    },
    ...changes
  })
  const refused = entry({
    kind: 'refused',
    to: 'alarm',
    error: { code: 'NOT_CONNECTED', details: { name: 'Plant' } }
  })
  session.emit('watch.told', {
    connectionId: 'plant',
    entries: [entry({}), entry({ topic: 'pump/2' }), entry({ topic: 'pump/3', notified: false }), refused]
  })
  await expect.element(screen.getByText('Pump off: pump/1 no message, and 1 more')).toBeVisible()
  await expect.element(screen.getByText(/^Pump off could not publish to alarm: .*Plant/)).toBeVisible()
  session.emit('watch.told', { connectionId: 'plant', entries: [refused, entry({ kind: 'capped' })] })
  await expect.element(screen.getByText(/^Pump off fires more than 60 times in a minute/)).toBeVisible()
  await expect.element(screen.getByText(/could not publish/)).toBeVisible()
})

it('says why rules cannot be shown, and tries again', async () => {
  const { screen, process } = await setup([pump], true)
  await expect.element(screen.getByText(/^The rules cannot be shown\..*the disk is gone/)).toBeVisible()
  process.fails = false
  await screen.getByRole('button', { name: 'Try again' }).click()
  await expect.element(screen.getByRole('heading', { name: 'Pump off' })).toBeVisible()
})
