import { describe, expect, it, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import type { ConnectionStatus } from '../../../shared/contract/connections'
import type { Api } from '../../../shared/rpc/contract'
import { PublishState } from './publish.svelte'
import PublishPanel from './PublishPanel.svelte'

async function panel(state: ConnectionStatus['state'] = 'online') {
  const result = { outcome: 'puback', packetId: 7, reasonCode: 0, milliseconds: 3, size: 2 }
  const call = vi.fn(() => Promise.resolve(result))
  const draft = new PublishState({ call } as unknown as Api, 'c')
  const status = { id: 'c', state, version: 5 } as ConnectionStatus
  const screen = await render(PublishPanel, { draft, status, onclose: () => undefined })
  return {
    screen,
    call,
    topic: screen.getByRole('textbox', { name: 'Topic' }),
    payload: screen.getByRole('textbox', { name: 'Payload' }),
    publish: screen.getByRole('button', { name: 'Publish' })
  }
}

describe('the publish form', () => {
  it('publishes with Ctrl+Enter from any field, and shows the broker’s answer', async () => {
    const { screen, call, topic, payload } = await panel()
    await userEvent.fill(topic, 'plant/lamp')
    await userEvent.fill(payload, 'on')
    await userEvent.keyboard('{Control>}{Enter}{/Control}')
    await expect.element(screen.getByText(/PUBACK · packet id 7/)).toBeVisible()
    expect(call).toHaveBeenCalledTimes(1)
  })

  it('refuses a topic with a wildcard and an invalid JSON payload, and marks both fields', async () => {
    const { screen, call, topic, payload, publish } = await panel()
    await userEvent.fill(topic, 'plant/#')
    await screen.getByRole('radio', { name: 'JSON' }).click()
    await userEvent.fill(payload, '{"a": }')
    await publish.click()
    await expect.element(topic).toHaveAttribute('aria-invalid', 'true')
    await expect.element(payload).toHaveAttribute('aria-invalid', 'true')
    expect(call).not.toHaveBeenCalled()
  })

  it('cannot publish while the connection is offline', async () => {
    const { publish } = await panel('offline')
    await expect.element(publish).toBeDisabled()
  })
})
