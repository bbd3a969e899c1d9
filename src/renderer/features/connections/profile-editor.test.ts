import { describe, expect, it } from 'vitest'
import { defaultProfile, type Profile } from '../../../shared/contract/profiles'
import { ProfileEditor } from './profile-editor.svelte'

function profile(id: string, changes: Partial<Profile> = {}): Profile {
  const secrets = { password: 'keyFile', key: null } as const
  return { ...defaultProfile('treetop_00000000'), id, name: id, host: 'plant.example', secrets, ...changes }
}

function editing(target: Profile | 'new'): ProfileEditor {
  const editor = new ProfileEditor()
  editor.edit(target)
  return editor
}

describe('the profile editor', () => {
  it('switches to another profile at once if there are no edits', () => {
    const editor = editing(profile('a'))
    editor.edit(profile('b'))
    expect(editor.form?.id).toBe('b')
    expect(editor.asking).toBe(false)
  })

  it('asks before it discards edits, and keeps them if the user stays', () => {
    const editor = editing(profile('a'))
    editor.form!.draft.host = 'other.example'
    editor.edit(profile('b'))
    expect(editor.asking).toBe(true)
    editor.stay()
    expect(editor.asking).toBe(false)
    expect(editor.form?.draft.host).toBe('other.example')
  })

  it('discards edits when the user confirms', () => {
    const editor = editing('new')
    editor.form!.draft.name = 'half done'
    editor.edit(null)
    editor.discard()
    expect(editor.form).toBeNull()
  })

  it('follows a profile that changed elsewhere, unless there are edits', () => {
    const editor = editing(profile('a'))
    const before = editor.form
    editor.follow([profile('a')])
    expect(editor.form).toBe(before)
    editor.follow([profile('a', { version: 4 })])
    expect(editor.form?.draft.version).toBe(4)
    editor.form!.draft.host = 'other.example'
    editor.follow([profile('a', { version: 5 })])
    expect(editor.form?.draft).toMatchObject({ version: 4, host: 'other.example' })
  })

  it('takes over a subscription that was added while the profile is edited', () => {
    const editor = editing(profile('a'))
    const form = editor.form!
    form.draft.host = 'other.example'
    form.remove('subscriptions', 0)
    const { subscriptions } = profile('a')
    editor.follow([profile('a', { subscriptions: [...subscriptions, { filter: 'own/#', qos: 1 }] })])
    expect(editor.form).toBe(form)
    expect(form.draft.subscriptions.map(({ filter }) => filter)).toEqual(['$SYS/#', 'own/#'])
    const row = form.draft.subscriptions[0]
    const changed = { filter: 'own/#', qos: 2 as const, noLocal: true }
    editor.follow([profile('a', { subscriptions: [...subscriptions, changed] })])
    expect(form.draft.subscriptions[0]).toBe(row)
    expect(form.draft.subscriptions[1]).toEqual(changed)
  })

  it('keeps text typed during a save as an edit of the saved profile', () => {
    const form = editing('new').form!
    form.draft.host = 'plant.example'
    form.setSecret('password', 'first')
    const sent = form.plain()
    form.draft.name = 'typed meanwhile'
    form.setSecret('password', 'second')
    form.saved(profile('a', { ...sent.draft }), sent)
    expect(form).toMatchObject({ id: 'a', dirty: true, secrets: { password: 'second' } })
    expect(form.draft.name).toBe('typed meanwhile')
    form.draft.name = sent.draft.name
    form.setSecret('password', '')
    expect(form.dirty).toBe(false)
  })

  it('has no unsaved edits after a save during which nothing was typed', () => {
    const form = editing(profile('a')).form!
    form.draft.host = 'other.example'
    form.setSecret('password', 'new')
    const sent = form.plain()
    form.saved(profile('a', { host: 'other.example' }), sent)
    expect(form).toMatchObject({ dirty: false, fromAddress: false, stored: { password: 'keyFile' } })
    expect(form.isMadeFrom(profile('a', { host: 'other.example' }))).toBe(true)
  })

  it('closes a profile that was removed', () => {
    const editor = editing(profile('a'))
    editor.follow([])
    expect(editor.form).toBeNull()
  })
})

describe('a profile form', () => {
  it('shows a fault after its field was left, and every fault after an attempt to save', () => {
    const form = editing('new').form!
    form.draft.port = 0
    expect(form.faultOf('host')).toBeUndefined()
    form.touch('host')
    expect(form.faultOf('host')).toBe('This is required.')
    expect(form.faultOf('port')).toBeUndefined()
    expect(form.check()).toBe(false)
    expect(form.faultOf('port')).toBe('Enter a number from 1 to 65535.')
  })

  it('shows a fault only after the pointer button is released', () => {
    const form = editing('new').form!
    form.press(true)
    form.touch('host')
    expect(form.faultOf('host')).toBeUndefined()
    form.press(false)
    expect(form.faultOf('host')).toBe('This is required.')
  })

  it('keeps a stored password unless another is typed or it is cleared', () => {
    const form = editing(profile('a')).form!
    expect(form.plain().secrets.password).toBeUndefined()
    form.setSecret('password', 'typed')
    expect(form.plain().secrets.password).toBe('typed')
    form.setSecret('password', '')
    expect(form.plain().secrets.password).toBeUndefined()
    expect(form.dirty).toBe(false)
    form.clearSecret('password')
    expect(form.plain().secrets.password).toBeNull()
    expect(form.dirty).toBe(true)
  })

  it('keeps a typed session expiry when clean start is switched', () => {
    const form = editing('new').form!
    form.setClean(false)
    expect(form.draft.sessionExpiry).toBe(86_400)
    form.setExpiry(60)
    form.setClean(true)
    form.setClean(false)
    expect(form.draft.sessionExpiry).toBe(60)
  })

  it('restores a will when it is switched off and on', () => {
    const form = editing('new').form!
    form.setWill(true)
    form.draft.will!.topic = 'plant/status'
    form.setWill(false)
    expect(form.draft.will).toBeNull()
    form.setWill(true)
    expect(form.draft.will?.topic).toBe('plant/status')
  })

  it('moves a subscription up and down', () => {
    const form = editing('new').form!
    form.move('subscriptions', 0, 1)
    expect(form.draft.subscriptions.map(({ filter }) => filter)).toEqual(['$SYS/#', '#'])
    form.move('subscriptions', 1, -1)
    expect(form.draft.subscriptions.map(({ filter }) => filter)).toEqual(['#', '$SYS/#'])
  })
})
