import { createRawSnippet } from 'svelte'
import { describe, expect, it, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import ConfirmDialog from './ConfirmDialog.svelte'
import Dialog from './Dialog.svelte'

const children = createRawSnippet(() => ({
  render: () => '<p>Anything else? <input aria-label="Note" /></p>'
}))

describe('a dialog', () => {
  it('is named by its title, takes the focus and keeps it', async () => {
    const screen = await render(Dialog, { open: true, title: 'Export', closeLabel: 'Close', children })
    const dialog = screen.getByRole('dialog', { name: 'Export' })
    await expect.element(dialog).toBeVisible()
    for (let press = 0; press < 4; press++) {
      await userEvent.keyboard('{Tab}')
      expect(dialog.element().contains(document.activeElement)).toBe(true)
    }
  })

  it('closes by Escape and by its button, and reports that it closed', async () => {
    const onclose = vi.fn()
    const screen = await render(Dialog, {
      open: true,
      title: 'Export',
      closeLabel: 'Close',
      children,
      onclose
    })
    await userEvent.keyboard('{Escape}')
    await expect.element(screen.getByRole('dialog')).not.toBeInTheDocument()
    expect(onclose).toHaveBeenCalledTimes(1)
    await screen.rerender({ open: true })
    await screen.getByRole('button', { name: 'Close' }).click()
    await expect.element(screen.getByRole('dialog')).not.toBeInTheDocument()
    expect(onclose).toHaveBeenCalledTimes(2)
  })

  it('confirms only through its button', async () => {
    const onconfirm = vi.fn()
    const words = { title: 'Remove?', text: 'It is gone then.', confirmLabel: 'Remove', cancelLabel: 'Keep' }
    const screen = await render(ConfirmDialog, { open: true, ...words, onconfirm })
    await screen.getByText('Keep').click()
    await expect.element(screen.getByRole('dialog')).not.toBeInTheDocument()
    expect(onconfirm).not.toHaveBeenCalled()
    await screen.rerender({ open: true })
    await screen.getByRole('button', { name: 'Remove' }).click()
    expect(onconfirm).toHaveBeenCalledTimes(1)
  })
})
