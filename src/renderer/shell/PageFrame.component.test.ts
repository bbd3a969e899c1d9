import { createRawSnippet } from 'svelte'
import { afterEach, expect, it, vi } from 'vitest'
import { render } from 'vitest-browser-svelte'
import PageFrame from './PageFrame.svelte'

afterEach(() => vi.unstubAllGlobals())

it('a failed page reports its error, which can be copied, and renders again on request', async () => {
  const reported: unknown[] = []
  vi.stubGlobal('reportError', (error: unknown) => reported.push(error))
  let fails = true
  const copied: string[] = []
  const screen = await render(PageFrame, {
    name: 'Traffic',
    notify: () => undefined,
    copyText: (text: string) => Promise.resolve(copied.push(text) > 0),
    children: createRawSnippet(() => {
      if (fails) throw new Error('no such row')
      return { render: () => '<p>rows</p>' }
    })
  })
  await expect.element(screen.getByText('Traffic could not be shown')).toBeVisible()
  await expect.element(screen.getByText(/no such row/)).toBeVisible()
  expect(reported).toHaveLength(1)
  await screen.getByRole('button', { name: 'Copy details' }).click()
  expect(copied[0]).toMatch(/^Traffic\nError: no such row/)
  fails = false
  await screen.getByRole('button', { name: 'Try again' }).click()
  await expect.element(screen.getByText('rows')).toBeVisible()
})
