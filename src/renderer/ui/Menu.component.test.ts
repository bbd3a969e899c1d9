import { createRawSnippet } from 'svelte'
import { expect, it, vi } from 'vitest'
import { render } from 'vitest-browser-svelte'
import Menu from './Menu.svelte'
import type { MenuItem } from './MenuEntries.svelte'

const children = createRawSnippet(() => ({ render: () => '<span>Sort</span>' }))

it('announces which choices are on, and leaves them to its owner', async () => {
  const onselect = vi.fn()
  const items: MenuItem[] = [
    { label: 'Name', checked: true, onselect },
    { label: 'Messages', checked: false, onselect },
    { label: 'Reset', onselect }
  ]
  const screen = await render(Menu, { label: 'Sort', items, children })
  await screen.getByRole('button', { name: 'Sort' }).click()
  await expect
    .element(screen.getByRole('menuitemcheckbox', { name: 'Name' }))
    .toHaveAttribute('aria-checked', 'true')
  const other = screen.getByRole('menuitemcheckbox', { name: 'Messages' })
  await expect.element(other).toHaveAttribute('aria-checked', 'false')
  await expect.element(screen.getByRole('menuitem', { name: 'Reset' })).not.toHaveAttribute('aria-checked')
  await other.click()
  expect(onselect).toHaveBeenCalledOnce()
})
