import { afterEach, beforeEach, expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { keepFocus } from './keep-focus'

const root = document.createElement('main')
let end: () => void

beforeEach(() => {
  document.body.append(root)
  root.innerHTML =
    '<header><button>Start</button></header><ul><li><button>One</button></li><li><button>Two</button></li></ul><p>Text</p>'
  end = keepFocus()
})
afterEach(() => {
  end()
  root.remove()
})

const button = (name: string): HTMLElement => page.getByRole('button', { name }).element() as HTMLElement

it('the focus goes to what takes the place of a control that is removed', async () => {
  button('Start').focus()
  root.querySelector('header')!.innerHTML = '<h1>Broker</h1><button>Stop</button>'
  await expect.element(page.getByRole('button', { name: 'Stop' })).toHaveFocus()
})

it('the focus goes to the next row, and from the last row to the one before', async () => {
  button('One').focus()
  button('One').closest('li')!.remove()
  await expect.element(page.getByRole('button', { name: 'Two' })).toHaveFocus()
  button('Two').closest('li')!.remove()
  await expect.element(page.getByRole('button', { name: 'Start' })).toHaveFocus()
})

it('a control that is disabled passes the focus on; one that is enabled again at once keeps it', async () => {
  button('One').focus()
  button('One').setAttribute('disabled', '')
  await expect.element(page.getByRole('button', { name: 'Two' })).toHaveFocus()
  const two = button('Two')
  two.setAttribute('disabled', '')
  await Promise.resolve()
  two.removeAttribute('disabled')
  await expect.element(page.getByRole('button', { name: 'Two' })).toHaveFocus()
})

it('after a dialog whose opener is gone, the focus is where the opener was', async () => {
  button('One').focus()
  const dialog = document.createElement('div')
  dialog.setAttribute('role', 'dialog')
  dialog.innerHTML = '<button>Delete</button>'
  document.body.append(dialog)
  button('Delete').focus()
  button('One').closest('li')!.remove()
  dialog.remove()
  await expect.element(page.getByRole('button', { name: 'Two' })).toHaveFocus()
})

it('whoever clicks beside all controls gives the focus up', async () => {
  button('One').focus()
  await userEvent.click(page.getByText('Text'))
  root.append(document.createElement('p'))
  await new Promise((resolve) => setTimeout(resolve, 120))
  expect(document.activeElement).toBe(document.body)
})
