import { createRawSnippet } from 'svelte'
import { expect, it, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import MessageList from './MessageList.svelte'

const row = createRawSnippet<[{ id: number }]>((item) => ({
  render: () => `<button type="button" role="row">message ${item().id}</button>`
}))

it('moves the focus with the keys of long lists, also to rows that are not rendered yet', async () => {
  const onup = vi.fn()
  const rows = Array.from({ length: 1_000 }, (_, index) => ({ id: 1_000 - index }))
  const screen = await render(MessageList<{ id: number }>, { label: 'Messages', rows, row, onup })
  const focused = (): Promise<void> =>
    vi.waitFor(() => expect(document.activeElement?.textContent).toMatch(/^message/))
  const text = (): string | null => document.activeElement?.textContent ?? null

  await screen.getByRole('row').first().click()
  await focused()
  expect(text()).toBe('message 1000')

  await userEvent.keyboard('{End}')
  await vi.waitFor(() => expect(text()).toBe('message 1'))
  await userEvent.keyboard('{PageUp}')
  await vi.waitFor(() => expect(Number(text()?.slice(8))).toBeGreaterThan(5))
  await userEvent.keyboard('{Home}')
  await vi.waitFor(() => expect(text()).toBe('message 1000'))
  await userEvent.keyboard('{ArrowDown}')
  await vi.waitFor(() => expect(text()).toBe('message 999'))
  expect(onup).not.toHaveBeenCalled()
  await userEvent.keyboard('{ArrowUp}{ArrowUp}')
  await vi.waitFor(() => expect(onup).toHaveBeenCalledOnce())
})
