import { createRawSnippet } from 'svelte'
import { expect, it, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import MessageList from './MessageList.svelte'

const cells = createRawSnippet<[{ id: number }]>((item) => ({
  render: () => `<span role="gridcell">message ${item().id}</span>`
}))
const rows = Array.from({ length: 1_000 }, (_, index) => ({ id: 1_000 - index }))

async function setup(props: { opened: number | null; follows: boolean }) {
  const heard = { onup: vi.fn(), onopen: vi.fn(), onclose: vi.fn() }
  const screen = await render(MessageList<{ id: number }>, {
    label: 'Messages',
    rows,
    cells,
    ...heard,
    ...props
  })
  /** Id of the row that the keys have reached. */
  const at = (): number => {
    const id = screen.getByRole('grid').element().getAttribute('aria-activedescendant') ?? ''
    return Number(document.getElementById(id)?.textContent.trim().slice(8))
  }
  return { screen, at, ...heard }
}

it('moves with the keys of long lists, also to rows that are not rendered yet, and opens rows on request', async () => {
  const { screen, at, onup, onopen, onclose } = await setup({ opened: null, follows: false })
  screen.getByRole('grid').element().focus()
  await userEvent.keyboard('{Home}')
  expect(at()).toBe(1_000)
  await userEvent.keyboard('{End}')
  await vi.waitFor(() => expect(at()).toBe(1))
  await userEvent.keyboard('{PageUp}')
  await vi.waitFor(() => expect(at()).toBeGreaterThan(5))
  await userEvent.keyboard('{Home}{ArrowDown}')
  await vi.waitFor(() => expect(at()).toBe(999))
  expect(onopen).not.toHaveBeenCalled()
  await userEvent.keyboard('{Enter}')
  expect(onopen).toHaveBeenLastCalledWith({ id: 999 })
  await userEvent.keyboard('{Escape}{ArrowUp}')
  expect(onclose).not.toHaveBeenCalled()
  expect(onup).not.toHaveBeenCalled()
  await userEvent.keyboard('{ArrowUp}')
  expect(onup).toHaveBeenCalledOnce()
})

it('opens what the keys reach while it follows, and keeps them when new rows move the current one', async () => {
  const { screen, at, onopen, onclose } = await setup({ opened: 990, follows: true })
  await screen.getByText('message 990', { exact: true }).click()
  await userEvent.keyboard('{ArrowDown}')
  expect(onopen).toHaveBeenLastCalledWith({ id: 989 })
  await screen.rerender({ rows: [{ id: 1_002 }, { id: 1_001 }, ...rows] })
  expect(at()).toBe(989)
  await userEvent.keyboard('{ArrowDown}')
  expect(onopen).toHaveBeenLastCalledWith({ id: 988 })
  await userEvent.keyboard('{Escape}')
  expect(onclose).toHaveBeenCalledOnce()
})
