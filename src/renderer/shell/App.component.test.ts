import { expect, it } from 'vitest'
import { render } from 'vitest-browser-svelte'
import { defaultSettings } from '../../shared/contract/app'
import { neverConnected, type ConnectionStatus } from '../../shared/contract/connections'
import type { LinkState } from '../../shared/rpc/link'
import { answersOfAnEmptyProcess, apiTo, held } from '../state/api-fixture'
import App from './App.svelte'

const status: ConnectionStatus = {
  ...neverConnected('plant', 1),
  name: 'Plant',
  address: 'plant.example:1883',
  state: 'online'
}

/** The app over a real channel to a process with one connection, or none; calls that are not listed here fail. */
async function setup(connections = [status], start: () => Promise<void> = () => Promise.resolve()) {
  const watched: string[] = []
  const { api, session } = apiTo({
    ...answersOfAnEmptyProcess,
    'settings.get': () => ({ ...defaultSettings, language: 'en', theme: 'dark' }),
    'connections.list': () => connections,
    'broker.status': () => ({ state: 'stopped', fault: null }),
    'broker.start': async () => {
      await start()
      return { state: 'stopped', fault: null }
    },
    'topics.watch': () => {
      const viewId = `v${watched.length + 1}`
      watched.push(viewId)
      return { viewId }
    },
    'topics.unwatch': ({ viewId }) => void watched.splice(watched.indexOf(viewId), 1),
    'topics.update': () => undefined,
    'marks.get': () => ({ pinned: [], hidden: [] }),
    'moments.span': () => null,
    'boards.get': () => [],
    'topicCharts.get': () => []
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
  await expect
    .element(screen.getByRole(connections.length > 0 ? 'searchbox' : 'heading').first())
    .toBeVisible()
  return { screen, session, watched }
}

it('every page of a connection renders, and leaves nothing behind', async () => {
  const { screen, watched } = await setup()
  const rail = screen.getByRole('navigation', { name: 'Pages' })
  const names = rail
    .getByRole('button')
    .elements()
    .filter((button) => button.hasAttribute('data-action'))
    .map((button) => button.getAttribute('aria-label') ?? '')
  expect(names).toHaveLength(14)
  for (const name of [...names, names[0]!]) {
    await rail.getByRole('button', { name, exact: true }).click()
    await expect.element(screen.getByRole('main').first()).toBeVisible()
    expect(screen.getByText(/could not be shown/).elements()).toHaveLength(0)
  }
  await expect.poll(() => watched.length).toBe(1)
})

it('a user who leaves the first screen while the broker starts stays where they are', async () => {
  const { gate, letGo } = held()
  const { screen } = await setup([], () => gate)
  const rail = screen.getByRole('navigation', { name: 'Pages' })
  await screen.getByRole('button', { name: 'Start local broker' }).click()
  await rail.getByRole('button', { name: 'Local broker', exact: true }).click()
  const page = screen.getByRole('main', { name: 'Local broker' })
  const button = page.getByRole('button', { name: 'Start local broker' }).first()
  await expect.element(button).toBeDisabled()
  letGo()
  await expect.element(button).toBeEnabled()
  await expect.element(page).toBeVisible()
})
