import { describe, expect, it, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import type { Profile } from '../../../shared/contract/profiles'
import { ProfileForm as FormState } from './profile-form.svelte'
import ProfileForm from './ProfileForm.svelte'

const nothingStored = { password: null, key: null }

async function newProfile(onsave: (connect: boolean) => Promise<void> = () => Promise.resolve()) {
  const form = new FormState(null)
  const screen = await render(ProfileForm, {
    form,
    title: 'New connection',
    secrets: 'keyFile',
    onsave,
    oncancel: () => undefined
  })
  return {
    screen,
    form,
    name: screen.getByRole('textbox', { name: 'Name' }),
    host: screen.getByRole('textbox', { name: 'Host' }),
    save: screen.getByRole('button', { name: 'Save', exact: true })
  }
}

describe('the profile form', () => {
  it('does not save while a field is invalid: it shows the fault and focuses the first invalid field', async () => {
    const onsave = vi.fn(() => Promise.resolve())
    const { screen, name, host } = await newProfile(onsave)
    await userEvent.fill(name, 'Plant')
    await userEvent.fill(host, 'mqtt://plant')
    await userEvent.fill(screen.getByRole('textbox', { name: 'Port' }), '70000')
    await screen.getByRole('button', { name: 'Save and connect' }).click()
    await expect
      .element(screen.getByText('Enter a host name or address, without a scheme, path or spaces.'))
      .toBeVisible()
    await expect.element(screen.getByText('Enter a number from 1 to 65535.')).toBeVisible()
    await expect.element(host).toHaveFocus()
    expect(onsave).not.toHaveBeenCalled()
  })

  it('shows the fault of a field that was left, not of one that has not been visited yet', async () => {
    const { screen, host } = await newProfile()
    await expect.element(screen.getByRole('alert')).not.toBeInTheDocument()
    await userEvent.fill(host, 'a b')
    await userEvent.keyboard('{Tab}')
    await expect.element(host).toHaveAttribute('aria-invalid', 'true')
  })

  it('can be saved after a change, but not after the change was undone', async () => {
    const { save, host } = await newProfile()
    await expect.element(save).toBeDisabled()
    await userEvent.fill(host, 'plant.example')
    await expect.element(save).toBeEnabled()
    await userEvent.fill(host, '')
    await expect.element(save).toBeDisabled()
  })

  it('keeps text typed during a save, and the focus', async () => {
    let done: (() => void) | undefined
    const { form, name, host, save } = await newProfile(async () => {
      const sent = form.plain()
      await new Promise<void>((resolve) => (done = resolve))
      const profile: Profile = { ...sent.draft, id: 'a', secrets: nothingStored }
      form.saved(profile, sent)
    })
    await userEvent.fill(name, 'Plant')
    await userEvent.fill(host, 'plant.example')
    await save.click()
    await userEvent.fill(name, 'Plant 2')
    done!()
    await expect.poll(() => form.id).toBe('a')
    await expect.element(name).toHaveValue('Plant 2')
    await expect.element(name).toHaveFocus()
    await expect.element(save).toBeEnabled()
  })

  it('adds a subscription and focuses its filter, moves it and removes it', async () => {
    const { screen, form } = await newProfile()
    await screen.getByRole('button', { name: 'Add filter' }).click()
    await userEvent.keyboard('plant/#')
    expect(form.draft.subscriptions.map(({ filter }) => filter)).toEqual(['#', '$SYS/#', 'plant/#'])
    await screen.getByRole('button', { name: 'Move filter 3 up' }).click()
    expect(form.draft.subscriptions.map(({ filter }) => filter)).toEqual(['#', 'plant/#', '$SYS/#'])
    await screen.getByRole('button', { name: 'Remove filter 1' }).click()
    expect(form.draft.subscriptions.map(({ filter }) => filter)).toEqual(['plant/#', '$SYS/#'])
  })
})
