import { describe, expect, it, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import ExportForm from './ExportForm.svelte'

const props = {
  filter: 'plant/#',
  kind: 'all' as const,
  from: '',
  to: '',
  format: 'jsonl' as const,
  recordable: true,
  filterFault: null,
  rangeFault: null,
  onsubmit: () => undefined
}

describe('the export form', () => {
  it('asks for the ends of a custom range only', async () => {
    const screen = await render(ExportForm, props)
    const start = screen.getByLabelText('From', { exact: true })
    await expect.element(start).not.toBeInTheDocument()
    await screen.rerender({ kind: 'custom', rangeFault: 'Choose a start or an end.' })
    await expect.element(start).toBeVisible()
    await expect.element(screen.getByRole('alert')).toHaveTextContent('Choose a start or an end.')
  })

  it('has no filter and no range when the whole history is saved as a recording', async () => {
    const screen = await render(ExportForm, { ...props, format: 'treetop' })
    await expect.element(screen.getByRole('textbox')).not.toBeInTheDocument()
    await expect.element(screen.getByRole('radiogroup')).toHaveLength(1)
  })

  it('offers CSV that is safe for spreadsheets, for CSV only', async () => {
    const screen = await render(ExportForm, props)
    const safe = screen.getByRole('checkbox', { name: 'Safe for spreadsheets' })
    await expect.element(safe).not.toBeInTheDocument()
    await screen.getByRole('radio', { name: 'CSV' }).click()
    await safe.click()
    await expect.element(safe).toBeChecked()
    await expect.element(screen.getByRole('radio', { name: 'CSV' })).toBeChecked()
    await screen.getByRole('radio', { name: 'JSON Lines' }).click()
    await expect.element(safe).not.toBeInTheDocument()
  })

  it('shows a filter fault at the field, and submits on Enter', async () => {
    const onsubmit = vi.fn()
    const screen = await render(ExportForm, { ...props, filterFault: '# stands only at the end.', onsubmit })
    const field = screen.getByRole('textbox')
    await expect.element(field).toHaveAttribute('aria-invalid', 'true')
    await expect.element(field).toHaveAccessibleDescription('# stands only at the end.')
    await userEvent.type(field, '{Enter}')
    expect(onsubmit).toHaveBeenCalledTimes(1)
  })
})
