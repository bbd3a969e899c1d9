import { describe, expect, it, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import NumberInput from './NumberInput.svelte'

async function input(value: number) {
  const onvalue = vi.fn()
  let held = value
  const screen = await render(NumberInput, {
    label: 'Port',
    unit: 's',
    get value() {
      return held
    },
    set value(next) {
      held = next
      onvalue(next)
    }
  })
  return { screen, onvalue, field: screen.getByRole('textbox', { name: 'Port' }) }
}

describe('a number field', () => {
  it('returns the typed number', async () => {
    const { field, onvalue } = await input(1883)
    await expect.element(field).toHaveValue('1883')
    await userEvent.fill(field, '8883')
    expect(onvalue).toHaveBeenLastCalledWith(8883)
  })

  it('keeps typed text that is not a number, and returns NaN', async () => {
    const { field, onvalue } = await input(1883)
    await userEvent.fill(field, '18x')
    expect(onvalue).toHaveBeenLastCalledWith(NaN)
    await expect.element(field).toHaveValue('18x')
    await userEvent.fill(field, '')
    expect(onvalue).toHaveBeenLastCalledWith(NaN)
  })

  it('shows its unit', async () => {
    const { screen } = await input(60)
    await expect.element(screen.getByText('s', { exact: true })).toBeVisible()
  })
})
