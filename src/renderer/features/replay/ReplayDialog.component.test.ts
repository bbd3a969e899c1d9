import { describe, expect, it, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import type { ConnectionStatus } from '../../../shared/contract/connections'
import { LOCAL_PROFILE_ID } from '../../../shared/contract/profiles'
import type { ReplayRequest } from '../../../shared/contract/replay'
import ReplayDialog from './ReplayDialog.svelte'
import type { AskedReplay, ReplayState } from './replay.svelte'

const ASKED: AskedReplay = {
  history: { kind: 'connection', id: 'plant' },
  name: 'Plant',
  filter: 'plant/#',
  until: null
}
const plant = { id: 'plant', name: 'Plant', address: 'plant:1883', state: 'online' } as ConnectionStatus
const away = { id: 'away', name: 'Away', address: 'away:1883', state: 'reconnecting' } as ConnectionStatus

async function dialog(asked = ASKED) {
  const begin = vi.fn((_: ReplayRequest) => Promise.resolve())
  const replays = { asked, begin } as unknown as ReplayState
  const screen = await render(ReplayDialog, { replays, connections: [plant, away], running: false })
  const start = screen.getByRole('button', { name: 'Replay', exact: true })
  return { screen, begin, start }
}

describe('the dialog for a replay', () => {
  it('needs no choice: everything that was asked for, as recorded, into the local broker', async () => {
    const { screen, begin, start } = await dialog()
    await expect
      .element(screen.getByRole('option', { name: 'Local broker (will be started)' }))
      .toBeInTheDocument()
    await expect.element(screen.getByRole('option', { name: /Away/ })).not.toBeInTheDocument()
    await start.click()
    expect(begin).toHaveBeenCalledWith({
      history: ASKED.history,
      target: LOCAL_PROFILE_ID,
      intoSource: false,
      selection: { include: ['plant/#'], exclude: [], from: null, to: null, published: false, state: 'none' },
      options: {
        speed: 1,
        loop: false,
        prefix: { from: '', to: '' },
        times: 'keep',
        pointers: [],
        qos: null,
        retain: null
      }
    })
  })

  it('asks before it replays a connection into itself', async () => {
    const { screen, begin, start } = await dialog()
    await userEvent.selectOptions(screen.getByLabelText('Into'), 'plant')
    await expect.element(start).toBeDisabled()
    await screen.getByRole('checkbox', { name: 'Replay into the same connection' }).click()
    await start.click()
    expect(begin.mock.calls[0]![0]).toMatchObject({ target: 'plant', intoSource: true })
  })

  it('offers the state at the start once the period has one', async () => {
    const { screen, begin, start } = await dialog()
    const first = screen.getByLabelText('Publish first')
    await expect.element(first).not.toBeInTheDocument()
    await screen.getByRole('radio', { name: 'Last hour' }).click()
    await userEvent.selectOptions(first, 'last')
    await start.click()
    const { selection } = begin.mock.calls[0]![0]
    expect(selection.state).toBe('last')
    expect(Math.abs(selection.from! / 1_000 + 3_600_000 - Date.now())).toBeLessThan(60_000)
  })

  it('shows what is wrong, also among the fields that are folded away', async () => {
    const { screen, begin, start } = await dialog()
    await screen.getByRole('radio', { name: 'Other' }).click()
    await userEvent.fill(screen.getByLabelText('Times the recorded speed'), '0.01')
    await screen.getByText('More options').click()
    await screen.getByRole('radio', { name: 'At JSON Pointers' }).click()
    await screen.getByText('More options').click()
    await start.click()
    await expect.element(screen.getByText('Enter a speed from 0.1 to 100.')).toBeVisible()
    await expect.element(screen.getByLabelText('JSON Pointers', { exact: true })).toBeVisible()
    await expect.element(screen.getByLabelText('Times the recorded speed')).toHaveFocus()
    await userEvent.fill(screen.getByLabelText('Times the recorded speed'), '0.5')
    await screen.getByText('More options').click()
    await start.click()
    await expect.element(screen.getByLabelText('JSON Pointers', { exact: true })).toHaveFocus()
    expect(begin).not.toHaveBeenCalled()
    await userEvent.fill(screen.getByLabelText('JSON Pointers', { exact: true }), '/time\n/data/0/ts')
    await start.click()
    expect(begin.mock.calls[0]![0].options).toMatchObject({ speed: 0.5, pointers: ['/time', '/data/0/ts'] })
  })
})
