import { describe, expect, it, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import Select from './Select.svelte'

const options = [
  { value: 'mqtt', label: 'mqtt://' },
  { value: 'mqtts', label: 'mqtts://', group: 'Encrypted' },
  { value: 'wss', label: 'wss://', group: 'Encrypted' }
]

describe('a select', () => {
  it('shows the chosen option and reports the next choice', async () => {
    const onchange = vi.fn()
    const screen = await render(Select<string>, { value: 'mqtts', options, label: 'Protocol', onchange })
    const select = screen.getByRole('combobox', { name: 'Protocol' })
    await expect.element(select).toHaveValue('mqtts')
    await userEvent.selectOptions(select, 'wss')
    expect(onchange).toHaveBeenCalledExactlyOnceWith('wss')
    await expect.element(select).toHaveValue('wss')
  })

  it('shows the options of a group together under the group’s name', async () => {
    const screen = await render(Select<string>, { value: 'mqtt', options, label: 'Protocol' })
    const groups = screen.container.querySelectorAll('optgroup')
    expect([...groups].map(({ label, children }) => [label, children.length])).toEqual([['Encrypted', 2]])
  })

  it('is described by its fault, and does nothing while disabled', async () => {
    const screen = await render(Select<string>, {
      value: 'mqtt',
      options,
      label: 'Protocol',
      invalid: true,
      disabled: true,
      describedby: 'notes'
    })
    const select = screen.getByRole('combobox', { name: 'Protocol' })
    await expect.element(select).toHaveAttribute('aria-invalid', 'true')
    await expect.element(select).toHaveAttribute('aria-describedby', 'notes')
    await expect.element(select).toBeDisabled()
  })
})
