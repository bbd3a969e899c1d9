import { expect, it, vi } from 'vitest'
import { render } from 'vitest-browser-svelte'
import HexFind from './HexFind.svelte'
import type { HexWords } from './hex-words'

const words = new Proxy({} as HexWords, {
  get: (_, name) =>
    name === 'places' ? (place: number, count: number) => `${place} of ${count}` : String(name)
})

it('a byte search keeps its position when another message arrives', async () => {
  const bytes = (end: string): Uint8Array => new TextEncoder().encode(`needle needle needle ${end}`)
  const onplace = vi.fn()
  const screen = await render(HexFind, { bytes: bytes('1'), words, onplace, onclose: () => undefined })
  await screen.getByRole('searchbox').fill('needle')
  await expect.element(screen.getByRole('status')).toHaveTextContent('1 of 3')
  await screen.getByRole('button', { name: 'next' }).click()
  await expect.element(screen.getByRole('status')).toHaveTextContent('2 of 3')
  onplace.mockClear()
  await screen.rerender({ bytes: bytes('2') })
  await expect.element(screen.getByRole('status')).toHaveTextContent('2 of 3')
  expect(onplace).not.toHaveBeenCalled()
})
