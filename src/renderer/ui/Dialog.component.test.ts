import { createRawSnippet } from 'svelte'
import { describe, expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import ConfirmDialog from './ConfirmDialog.svelte'
import Dialog from './Dialog.svelte'
import Toasts from './Toasts.svelte'

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

  it('is as high as fits above the notices, so that they cover none of its buttons', async () => {
    const text = Array.from({ length: 100 }, (_, index) => `Line ${index}.`).join('\n\n')
    await page.viewport(900, 600)
    await render(ConfirmDialog, {
      open: true,
      title: 'Remove?',
      text,
      confirmLabel: 'Remove',
      cancelLabel: 'Keep',
      onconfirm: vi.fn()
    })
    const onclose = vi.fn()
    const notice = 'The file could not be written. '.repeat(12)
    const notices = await render(Toasts, {
      toasts: [1, 2].map((id) => ({ id, tone: 'bad' as const, text: notice })),
      closeLabel: 'Close',
      onclose
    })
    const height = notices.container.querySelector('.toasts')!.getBoundingClientRect().height
    expect(height).toBeGreaterThan(40)
    await vi.waitFor(() => {
      const { top, bottom } = document.querySelector('[role="dialog"]')!.getBoundingClientRect()
      expect(top).toBeGreaterThanOrEqual(16)
      expect(bottom).toBeLessThanOrEqual(600 - height)
    })
    // Closing a notice does not close the dialog.
    await userEvent.click(notices.container.querySelector('button.close')!)
    expect(onclose).toHaveBeenCalledOnce()
    expect(document.querySelector('[role="dialog"]')).not.toBeNull()
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
