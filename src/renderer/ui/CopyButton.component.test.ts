import { tick } from 'svelte'
import { expect, it, onTestFinished, vi } from 'vitest'
import { render } from 'vitest-browser-svelte'
import { copyOr } from './clipboard'
import CopyButton from './CopyButton.svelte'

/** A clipboard that refuses, or accepts. */
function clipboard(writeText: () => Promise<void>): void {
  const spy = vi.spyOn(navigator.clipboard, 'writeText').mockImplementation(writeText)
  onTestFinished(() => spy.mockRestore())
}

it('says "copied" only when the clipboard took the text', async () => {
  const screen = await render(CopyButton, { text: 'a/b', label: 'Copy', copiedLabel: 'Copied' })
  const refused = new Promise<void>((resolve) =>
    clipboard(() => {
      setTimeout(resolve)
      return Promise.reject(new DOMException('not allowed', 'NotAllowedError'))
    })
  )
  await screen.getByRole('button', { name: 'Copy' }).click()
  await refused
  await tick()
  expect(screen.getByRole('button').element().getAttribute('aria-label')).toBe('Copy')
  clipboard(() => Promise.resolve())
  // Without the test's own way to the page, which may take longer than "Copied" is shown.
  screen
    .getByRole('button', { name: 'Copy' })
    .element()
    .dispatchEvent(new MouseEvent('click', { bubbles: true }))
  await expect.element(screen.getByRole('button', { name: 'Copied' })).toBeVisible()
})

it('a text that could not be copied is reported', async () => {
  const failed = vi.fn()
  clipboard(() => Promise.reject(new DOMException('not allowed', 'NotAllowedError')))
  expect(await copyOr(failed)('a/b')).toBe(false)
  expect(failed).toHaveBeenCalledOnce()
  clipboard(() => Promise.resolve())
  expect(await copyOr(failed)('a/b')).toBe(true)
  expect(failed).toHaveBeenCalledOnce()
})
