import { describe, expect, it, vi } from 'vitest'
import { render } from 'vitest-browser-svelte'
import TextView from './TextView.svelte'

async function setup(props: {
  text: string
  label?: string
  marked?: number[]
  tooLong?: (length: number) => string
}) {
  const screen = await render(TextView, { label: 'Payload', ...props })
  const lines = (): string[] =>
    [...screen.container.querySelectorAll('.cm-line')].map((line) => line.textContent ?? '')
  return { screen, lines }
}

describe('a text view', () => {
  it('shows a changed text exactly, whatever its line breaks', async () => {
    const { screen, lines } = await setup({ text: 'one\r\ntwo\r\nthree' })
    for (const text of ['one\r\ntwo\r\nand three', 'one\r\n2\r\nand three\r\n', 'one\rtwo', '\r\n\r\nend']) {
      await screen.rerender({ text })
      expect(lines()).toEqual(text.split(/\r\n|\r|\n/))
    }
  })

  it('keeps the text when its label changes, as on a language switch', async () => {
    const { screen, lines } = await setup({ text: 'still here' })
    await screen.rerender({ label: '载荷' })
    await expect.element(screen.getByRole('textbox', { name: '载荷' })).toBeVisible()
    expect(lines()).toEqual(['still here'])
  })

  it('wraps a long text, but not a line of 2 MB, and then says so until wrapping is off', async () => {
    const words = 'lorem ipsum '
    const wide = (): boolean => {
      const { scrollWidth, clientWidth } = screen.container.querySelector('.cm-scroller')!
      return scrollWidth > clientWidth
    }
    const tooLong = (length: number): string => `A line of ${length}`
    const { screen } = await setup({ text: `${words.repeat(100)}\n`.repeat(2_000), tooLong })
    const note = screen.getByRole('note')
    await vi.waitFor(() => expect(wide()).toBe(false))
    await expect.element(note).not.toBeInTheDocument()
    await screen.rerender({ text: `short\n${words.repeat(175_000)}` })
    await expect.element(note).toHaveTextContent('A line of 2100000')
    await vi.waitFor(() => expect(wide()).toBe(true))
    await screen.rerender({ wrap: false })
    await expect.element(note).not.toBeInTheDocument()
  })

  it('marks the lines of the text shown', async () => {
    const { screen } = await setup({ text: 'a\r\nb\r\nc', marked: [1] })
    expect(screen.container.querySelector('.cm-marked-line')?.textContent).toBe('b')
  })
})
