import { describe, expect, it, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import type { ConnectionStatus } from '../../../shared/contract/connections'
import { AppError } from '../../../shared/errors'
import type { Api } from '../../../shared/rpc/contract'
import { PublishState } from './publish.svelte'
import PublishPanel from './PublishPanel.svelte'

const result = { outcome: 'puback', packetId: 7, reasonCode: 0x10, milliseconds: 3, size: 2 }

async function panel(state: ConnectionStatus['state'] = 'online') {
  const call = vi.fn((_name: string, _input: object) => Promise.resolve(result))
  const draft = new PublishState({ call } as unknown as Api, 'c')
  const status = { id: 'c', state, version: 5 } as ConnectionStatus
  const screen = await render(PublishPanel, { draft, status, onclose: () => undefined })
  return {
    screen,
    call,
    draft,
    topic: screen.getByRole('textbox', { name: 'Topic' }),
    payload: screen.getByRole('textbox', { name: 'Payload' }),
    retain: screen.getByRole('checkbox', { name: 'Retain' }),
    kind: screen.getByRole('radiogroup', { name: 'Payload type' }),
    publish: screen.getByRole('button', { name: 'Publish', exact: true }),
    status: screen.getByRole('status'),
    published: screen.getByRole('button', { name: /^Published/ }),
    message: (topic: RegExp) => screen.getByRole('listitem').getByRole('button', { name: topic })
  }
}

describe('the publish form', () => {
  it('publishes with Ctrl+Enter from any field, and shows the broker’s answer with its time until it fades', async () => {
    const { screen, call, topic, payload } = await panel()
    await userEvent.fill(topic, 'plant/lamp')
    await userEvent.fill(payload, 'on')
    await userEvent.keyboard('{Control>}{Enter}{/Control}')
    const answer = screen.getByText(
      /PUBACK · packet ID 7 · 2 B · 3\.0 ms · No matching subscribers \(0x10\) · \d\d:\d\d:\d\d$/
    )
    await expect.element(answer).toBeVisible()
    expect(call).toHaveBeenCalledTimes(1)
    const colour = (): string => getComputedStyle(answer.element()).color
    const fresh = colour()
    for (const animation of answer.element().getAnimations()) animation.finish()
    expect(colour()).not.toBe(fresh)
    await expect.element(answer).toBeVisible()
  })

  it('refuses a topic with a wildcard and an invalid JSON payload, and marks both fields', async () => {
    const { screen, call, topic, payload, publish } = await panel()
    await userEvent.fill(topic, 'plant/#')
    await screen.getByRole('radio', { name: 'JSON' }).click()
    await userEvent.fill(payload, '{"a": }')
    await publish.click()
    await expect.element(topic).toHaveAttribute('aria-invalid', 'true')
    await expect.element(payload).toHaveAttribute('aria-invalid', 'true')
    await expect.element(payload).toHaveAccessibleDescription(/not valid JSON/)
    expect(call).not.toHaveBeenCalled()
  })

  it('cannot publish while the connection is offline', async () => {
    const { publish } = await panel('offline')
    await expect.element(publish).toBeDisabled()
  })

  it('is one line until it is used, and one line again on Escape, with everything that was entered', async () => {
    const { screen, topic, payload, retain, kind } = await panel()
    await expect.element(topic).toBeVisible()
    expect(kind.query()).toBeNull()
    const top = (field: typeof topic): number => field.element().getBoundingClientRect().top
    const isLine = (): boolean => top(payload) - top(topic) < 4
    expect(isLine()).toBe(true)
    // Passing through by key shows nothing more.
    topic.element().focus()
    expect(kind.query()).toBeNull()

    await payload.click()
    await expect.element(kind).toBeVisible()
    expect(isLine()).toBe(false)
    await retain.click()
    await screen.getByRole('radio', { name: 'Hex' }).click()
    await userEvent.fill(payload, '4f 4b')
    await userEvent.keyboard('{Escape}')
    await expect.element(kind).not.toBeInTheDocument()
    await expect.element(payload).toHaveValue('4f 4b')
    await expect.element(payload).toHaveFocus()
    expect(isLine()).toBe(true)
    // A line does not hide what is unusual.
    await expect.element(retain).toBeChecked()
    await expect.element(screen.getByText('Hex', { exact: true })).toBeVisible()
  })

  it('follows the selected topic until the user edits it, and again once it is used', async () => {
    const { screen, draft, topic } = await panel()
    const use = screen.getByRole('button', { name: 'Use selected topic' })
    draft.follow('plant/lamp')
    await expect.element(topic).toHaveValue('plant/lamp')
    expect(use.query()).toBeNull()
    await userEvent.type(topic, '/set')
    draft.follow('plant/oven')
    await expect.element(topic).toHaveValue('plant/lamp/set')
    await use.click()
    await expect.element(topic).toHaveValue('plant/oven')
    draft.follow('plant/door')
    await expect.element(topic).toHaveValue('plant/door')
    expect(use.query()).toBeNull()
  })
})

describe('the list of published messages', () => {
  it('is walked by key, and sends a message again or puts it back into the form', async () => {
    const { screen, call, draft, topic, payload, publish, published, message } = await panel()
    expect(published.query()).toBeNull()
    for (const state of ['on', 'off']) {
      await userEvent.fill(topic, `lamp/${state}`)
      await userEvent.fill(payload, state)
      await publish.click()
      await expect.poll(() => draft.busy).toBe(false)
    }
    await userEvent.fill(payload, 'not published yet')

    published.element().focus()
    await userEvent.keyboard('{Enter}')
    await expect.element(message(/lamp\/off/)).toHaveFocus()
    await userEvent.keyboard('{ArrowDown}')
    await expect.element(message(/lamp\/on/)).toHaveFocus()
    await userEvent.keyboard('{Control>}{Enter}{/Control}')
    await expect
      .poll(() => draft.sent.list.map((sent) => sent.topic))
      .toEqual(['lamp/on', 'lamp/off', 'lamp/on'])
    expect(call.mock.lastCall?.[1]).toMatchObject({
      topic: 'lamp/on',
      payload: new TextEncoder().encode('on')
    })
    expect(draft.text).toBe('not published yet')

    await userEvent.keyboard('{Enter}')
    await expect.element(payload).toHaveFocus()
    await expect.element(topic).toHaveValue('lamp/on')
    await expect.element(payload).toHaveValue('on')
    await screen.getByRole('button', { name: 'Restore draft' }).click()
    await expect.element(topic).toHaveValue('lamp/off')
    await expect.element(payload).toHaveValue('not published yet')
  })

  it('has messages that could not be published, with the reason', async () => {
    const { screen, call, topic, publish, published, message } = await panel()
    call.mockRejectedValueOnce(new AppError('TIMED_OUT', { milliseconds: 5_000 }))
    await userEvent.fill(topic, 'lamp')
    await publish.click()
    await expect.element(screen.getByText(/within 5 s.* · \d\d:\d\d:\d\d$/)).toBeVisible()
    await published.click()
    await expect.element(message(/lamp.*Empty payload.*within 5 s/)).toBeVisible()
  })
})
