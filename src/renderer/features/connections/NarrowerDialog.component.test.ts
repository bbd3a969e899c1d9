import { describe, expect, it, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import type { ConnectionStatus } from '../../../shared/contract/connections'
import type { ConnectionsState } from '../../state/connections.svelte'
import NarrowerDialog from './NarrowerDialog.svelte'

describe('the dialog that offers narrower filters', () => {
  it('requests a filter once, even if it is chosen and also typed twice', async () => {
    const subscribe = vi.fn((_id: string, { filter }: { filter: string }) =>
      Promise.resolve({ code: filter === '+' ? 0x87 : 0 })
    )
    const refused = { filter: '#', requested: 0 as const, code: 0x87, reasonString: null }
    const status = { id: 'a', version: 5, subscriptions: [refused] } as unknown as ConnectionStatus
    const connections = { subscribe } as unknown as ConnectionsState
    const screen = await render(NarrowerDialog, {
      open: true,
      status,
      refused,
      connections,
      ongranted: () => undefined
    })
    await screen.getByRole('checkbox', { name: '+', exact: true }).click()
    await userEvent.fill(screen.getByRole('textbox'), 'home/#\nhome/#\n+')
    await screen.getByRole('button', { name: 'Subscribe' }).click()
    await expect.element(screen.getByText('home/#: granted QoS 0')).toBeVisible()
    await expect.element(screen.getByText(/^\+: refused/)).toBeVisible()
    expect(subscribe.mock.calls.map(([, { filter }]) => filter)).toEqual(['+', 'home/#'])
  })
})
