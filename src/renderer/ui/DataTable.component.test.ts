import { afterEach, describe, expect, it, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import DataTable from './DataTable.svelte'
import { createRawSnippet } from 'svelte'
import { display } from './display.svelte'
import type { Column } from './table/columns'

interface Gauge {
  name: string
  value: number
}

const columns: Column<Gauge>[] = [
  { id: 'name', label: 'Name', width: 100, grow: 1, sortable: true, text: ({ name }) => name },
  { id: 'value', label: 'Value', width: 80, align: 'right', text: ({ value }) => String(value) }
]
const gauges = (count: number): Gauge[] =>
  Array.from({ length: count }, (_, value) => ({ name: `gauge ${value}`, value }))

async function table(options: object = {}) {
  const rows = gauges(1_000)
  const props = { label: 'Gauges', columns, rows, keyOf: ({ name }: Gauge) => name, ...options }
  const screen = await render(DataTable<Gauge>, props)
  const grid = screen.getByRole('grid', { name: 'Gauges' })
  const element = (): HTMLElement => grid.element() as HTMLElement
  return {
    screen,
    grid,
    rows: () => [...element().querySelectorAll<HTMLElement>('[data-key]')],
    /** The row that assistive technology treats as active. */
    active: () => {
      const id = element().getAttribute('aria-activedescendant')
      return id === null ? null : (document.getElementById(id)?.dataset['key'] ?? null)
    },
    head: (name: string) => screen.getByRole('columnheader', { name }),
    focus: () => element().focus()
  }
}

const { documentElement: root } = document
afterEach(() => display.show('normal', 'comfortable', root))

describe('a data table', () => {
  it('follows the text size and the density, and keeps the row at its upper edge', async () => {
    const { grid, rows, screen } = await table({ rowHeight: 28 })
    const heightOf = (row: HTMLElement): number => row.getBoundingClientRect().height
    const upper = (): string | undefined => {
      const edge = grid.element().getBoundingClientRect().top + 30
      return rows().find((row) => row.getBoundingClientRect().bottom > edge)?.dataset['key']
    }
    const value = screen.getByRole('columnheader', { name: 'Value' })
    await expect.poll(() => heightOf(rows()[0]!)).toBe(28)
    grid.element().scrollTop = 28 * 400
    await expect.poll(upper).toBe('gauge 400')
    display.show('normal', 'compact', root)
    await expect.poll(() => heightOf(rows()[0]!)).toBe(24)
    await expect.poll(upper).toBe('gauge 400')
    display.show('large', 'compact', root)
    await expect.poll(() => heightOf(rows()[0]!)).toBe(28)
    expect(value.element().getBoundingClientRect().width).toBe(92)
  })

  it('exposes the row count and draws the visible rows', async () => {
    const { grid, rows } = await table()
    await expect.element(grid).toHaveAttribute('aria-rowcount', '1001')
    await expect.poll(() => rows().length).toBeGreaterThan(20)
    expect(rows().length).toBeLessThan(100)
    expect(rows()[0]!.getAttribute('aria-rowindex')).toBe('2')
  })

  it('requests rows as they scroll into view, and draws them in place', async () => {
    const onwindow = vi.fn()
    const all = gauges(1_000)
    const { screen, rows, active, focus } = await table({
      rows: all.slice(0, 60),
      first: 0,
      total: 1_000,
      onwindow
    })
    await expect.poll(() => rows().length).toBe(60)
    focus()
    await userEvent.keyboard('{End}')
    await expect.poll(() => onwindow.mock.lastCall?.[0]).toBeGreaterThan(900)
    expect(active()).toBeNull()
    await screen.rerender({ rows: all.slice(940), first: 940, current: 999 })
    await expect.poll(active).toBe('gauge 999')
  })

  it('moves by arrow keys, by page, and to both ends', async () => {
    const { active, focus } = await table()
    focus()
    await userEvent.keyboard('{ArrowDown}')
    expect(active()).toBe('gauge 0')
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowUp}')
    expect(active()).toBe('gauge 1')
    await userEvent.keyboard('{End}')
    await expect.poll(active).toBe('gauge 999')
    await userEvent.keyboard('{PageUp}')
    await expect.poll(() => Number(active()?.slice(6))).toBeLessThan(990)
    await userEvent.keyboard('{PageDown}{PageDown}')
    await expect.poll(active).toBe('gauge 999')
    await userEvent.keyboard('{Home}')
    await expect.poll(active).toBe('gauge 0')
  })

  it('is one tab stop, besides the one in its head', async () => {
    const { grid, rows, head } = await table()
    await expect.poll(() => rows().length).toBeGreaterThan(20)
    await userEvent.tab()
    expect(document.activeElement).toBe(grid.element())
    await userEvent.tab()
    expect(document.activeElement).toBe(head('Name').element())
    await userEvent.tab()
    expect(grid.element().contains(document.activeElement)).toBe(false)
  })

  it('marks the clicked row, and opens a row on Enter and on double click', async () => {
    const onopen = vi.fn()
    const { screen, active } = await table({ onopen })
    const row = screen.getByRole('row').nth(4)
    await row.click()
    expect(active()).toBe('gauge 3')
    await expect.element(row).toHaveAttribute('aria-selected', 'true')
    expect(onopen).not.toHaveBeenCalled()
    await userEvent.keyboard('{Enter}')
    expect(onopen).toHaveBeenCalledExactlyOnceWith({ name: 'gauge 3', value: 3 })
    await screen.getByText('gauge 5').dblClick()
    expect(onopen).toHaveBeenLastCalledWith({ name: 'gauge 5', value: 5 })
  })

  it('sorts by a sortable column on click and on key press in its head', async () => {
    const onsort = vi.fn()
    const { head } = await table({ onsort, sort: { by: 'name', descending: true } })
    await expect.element(head('Name')).toHaveAttribute('aria-sort', 'descending')
    await expect.element(head('Value')).not.toHaveAttribute('aria-sort')
    await head('Name').click()
    await head('Value').click()
    expect(onsort.mock.calls).toEqual([['name']])
    ;(head('Name').element() as HTMLElement).focus()
    await userEvent.keyboard('{Enter}{ArrowRight}{Enter}')
    expect(onsort).toHaveBeenCalledTimes(2)
    expect(document.activeElement).toBe(head('Value').element())
  })

  it('selects several rows by checkbox, Control, Shift, the space bar and Shift with an arrow', async () => {
    const chosen = new Set<string>()
    const range = vi.fn()
    const selection = {
      has: ({ name }: Gauge) => chosen.has(name),
      toggle: ({ name }: Gauge) => void (chosen.delete(name) || chosen.add(name)),
      range,
      clear: () => chosen.clear(),
      label: ({ name }: Gauge) => `Select ${name}`,
      checkable: true
    }
    const { screen, grid } = await table({ selection })
    await expect.element(grid).toHaveAttribute('aria-multiselectable', 'true')
    await screen.getByRole('checkbox', { name: 'Select gauge 2', exact: true }).click()
    await screen.getByText('gauge 4').click({ modifiers: ['ControlOrMeta'] })
    expect([...chosen]).toEqual(['gauge 2', 'gauge 4'])
    await screen.getByText('gauge 7').click({ modifiers: ['Shift'] })
    expect(range).toHaveBeenLastCalledWith(4, 7)
    ;(grid.element() as HTMLElement).focus()
    await userEvent.keyboard('{Shift>}{ArrowDown}{/Shift}')
    expect(range).toHaveBeenLastCalledWith(7, 8)
    await userEvent.keyboard(' ')
    expect(chosen.has('gauge 8')).toBe(true)
    await userEvent.keyboard('{Escape}')
    expect(chosen.size).toBe(0)
  })

  it('shows its empty state when there are no rows', async () => {
    const empty = createRawSnippet(() => ({ render: () => '<p>No gauges yet</p>' }))
    const { screen, grid } = await table({ rows: [], empty })
    await expect.element(screen.getByText('No gauges yet')).toBeVisible()
    await expect.element(grid).not.toBeInTheDocument()
  })

  it('resizes a column by dragging its edge, which stays under the pointer, and resets it on double click', async () => {
    const { head } = await table()
    const value = head('Value').element() as HTMLElement
    const name = head('Name').element() as HTMLElement
    const before = name.offsetWidth
    const edge = name.querySelector<HTMLElement>('.edge')!
    const { x, y } = edge.getBoundingClientRect()
    const at = (clientX: number) => ({ clientX, clientY: y + 5, button: 0, pointerId: 1, bubbles: true })
    edge.setPointerCapture = () => undefined
    edge.dispatchEvent(new PointerEvent('pointerdown', at(x)))
    edge.dispatchEvent(new PointerEvent('pointermove', at(x - 200)))
    await expect.poll(() => name.offsetWidth).toBe(before - 200)
    expect(value.offsetWidth).toBeGreaterThan(80)
    edge.dispatchEvent(new PointerEvent('lostpointercapture', at(x - 200)))
    edge.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }))
    await expect.poll(() => name.offsetWidth).toBe(before)
  })

  it('resizes a column by Shift and an arrow key, and scrolls sideways when a row does not fit', async () => {
    const { head, grid } = await table({ widths: { name: 1_400 } })
    const name = head('Name').element() as HTMLElement
    name.focus()
    await userEvent.keyboard('{Shift>}{ArrowRight}{/Shift}')
    await expect.poll(() => name.offsetWidth).toBe(1_410)
    const scroller = grid.element() as HTMLElement
    expect(scroller.scrollWidth).toBeGreaterThan(scroller.clientWidth)
    scroller.scrollLeft = 100
    const cell = (): number => scroller.querySelector('[data-cell="value"]')!.getBoundingClientRect().right
    await expect.poll(() => head('Value').element().getBoundingClientRect().right).toBe(cell())
  })

  it('opens a menu for the row under the pointer', async () => {
    const items = vi.fn(({ name }: Gauge) => [{ label: `Copy ${name}`, onselect: () => undefined }])
    const { screen, active } = await table({ menu: { label: 'Gauge', items } })
    await screen.getByText('gauge 3').click({ button: 'right' })
    await expect.element(screen.getByRole('menuitem', { name: 'Copy gauge 3' })).toBeVisible()
    expect(active()).toBe('gauge 3')
  })
})
