import { afterEach, describe, expect, it } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import Tips from './Tips.svelte'

const made: HTMLElement[] = []

afterEach(() => {
  for (const element of made.splice(0)) element.remove()
})

function button(text: string, title: string, action?: string): HTMLElement {
  const element = document.createElement('button')
  element.textContent = text
  element.title = title
  element.style.cssText = 'display: block; margin: 40px; width: 120px; overflow: hidden; white-space: nowrap'
  if (action !== undefined) element.dataset['action'] = action
  document.body.append(element)
  made.push(element)
  return element
}

async function tips() {
  const screen = await render(Tips, {
    keysOf: (action: string) => (action === 'save' ? ['Ctrl', 'S'] : null)
  })
  return { tip: screen.getByRole('tooltip', { includeHidden: true }) }
}

describe('tips', () => {
  it('show the title of what the pointer is over, with its shortcut, and give it back', async () => {
    const { tip } = await tips()
    const save = button('💾', 'Save the file', 'save')
    await userEvent.hover(save)
    await expect.element(tip).toBeVisible()
    await expect.element(tip).toHaveTextContent('Save the file CtrlS')
    // The browser shows no tooltip of its own meanwhile.
    expect(save.hasAttribute('title')).toBe(false)
    await userEvent.hover(button('other', ''))
    await expect.element(tip).not.toBeInTheDocument()
    expect(save.title).toBe('Save the file')
  })

  it('show what is cut off, and nothing that is in sight anyway', async () => {
    const { tip } = await tips()
    const whole = button('short', 'short')
    const cut = button('a text that is too long for its place', 'a text that is too long for its place')
    await userEvent.hover(whole)
    await userEvent.hover(cut)
    await expect.element(tip).toHaveTextContent('a text that is too long for its place')
    expect(whole.title).toBe('short')
  })

  it('appear for the element that the Tab key reaches, and go when a key is pressed', async () => {
    const { tip } = await tips()
    button('before', '').focus()
    button('💾', 'Save')
    await userEvent.tab()
    await expect.element(tip).toHaveTextContent('Save')
    await userEvent.keyboard('{Escape}')
    await expect.element(tip).not.toBeInTheDocument()
  })

  it('leave a title alone that changed meanwhile', async () => {
    const { tip } = await tips()
    const toggle = button('⏸', 'Pause')
    await userEvent.hover(toggle)
    await expect.element(tip).toHaveTextContent('Pause')
    toggle.title = 'Resume'
    await userEvent.hover(button('other', ''))
    await expect.element(tip).not.toBeInTheDocument()
    expect(toggle.title).toBe('Resume')
  })
})
