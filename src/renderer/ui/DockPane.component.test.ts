import { createRawSnippet } from 'svelte'
import { expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import DockPane from './DockPane.svelte'

const text = (content: string) => createRawSnippet(() => ({ render: () => `<div>${content}</div>` }))

it('a docked panel keeps its height when the window changes, unless the content above would have too little', async () => {
  await page.viewport(800, 600)
  const host = document.createElement('div')
  host.style.cssText = 'flex: none; height: 100vh'
  document.body.append(host)
  const props = {
    name: 'panel',
    initial: 200,
    minMain: 300,
    minPanel: 100,
    label: 'Panel height',
    sized: true,
    main: text('Main'),
    panel: text('Panel')
  }
  const screen = await render(DockPane, { props, target: host })
  const height = (): number => screen.getByText('Panel').element().parentElement!.clientHeight
  await expect.poll(height).toBe(200)
  screen.getByRole('separator', { name: 'Panel height' }).element().focus()
  await userEvent.keyboard('{ArrowUp}{ArrowUp}')
  await expect.poll(height).toBe(232)
  await page.viewport(800, 900)
  await expect.poll(height).toBe(232)
  await page.viewport(800, 500)
  await expect.poll(height).toBe(200)
  // What is left for the content is less than its minimum before it is less than the panel's.
  await page.viewport(800, 350)
  await expect.poll(height).toBe(100)
  await page.viewport(800, 900)
  await expect.poll(height).toBe(232)
  await screen.rerender({ sized: false })
  await expect.poll(height).toBeLessThan(40)
  await expect.element(screen.getByRole('separator')).not.toBeInTheDocument()
})
