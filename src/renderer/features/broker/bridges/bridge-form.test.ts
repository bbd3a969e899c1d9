import { describe, expect, it } from 'vitest'
import type { Bridge } from '../../../../shared/contract/bridge'
import { AppError } from '../../../../shared/errors'
import { BridgeForm, newRule } from './bridge-form.svelte'

const bridge: Bridge = { id: '000001', on: true, name: 'Site', profileId: 'p', rules: [newRule] }

describe('the form of a bridge', () => {
  it('shows a fault once its field was left, and all of them after an attempt to save', () => {
    const form = BridgeForm.of(null)
    expect(form.faultOf('name')).toBeUndefined()
    form.touch('name')
    expect(form.faultOf('name')).toBeDefined()
    expect(form.faultOf('profileId')).toBeUndefined()
    expect(form.check()).toBe(false)
    expect(form.faultOf('profileId')).toBeDefined()
  })

  it('shows what the process refused until the draft changes', () => {
    const form = BridgeForm.of(bridge)
    expect(form.check()).toBe(true)
    const issues = [{ path: 'draft.rules.0.filter', fault: 'FILTER_LOOPS' }]
    expect(form.refused(new AppError('INVALID_INPUT', { issues }))).toBe(true)
    expect(form.faultOf('rules.0.filter')).toContain('would loop')
    expect(form.check()).toBe(false)
    form.draft.rules[0]!.filter = 'plant/#'
    expect(form.faultOf('rules.0.filter')).toBeUndefined()
    expect(form.check()).toBe(true)
    expect(form.refused(new AppError('NOT_FOUND', { what: 'bridge', id: 'x' }))).toBe(false)
  })

  it.each([
    ['rules.0.localPrefix', { ...newRule, localPrefix: 'site' }, 'slash'],
    ['rules.0.filter', { ...newRule, filter: '$share/g/a' }, '$share/group/']
  ])('says what to do about %s', (field, rule, sentence) => {
    const form = BridgeForm.of({ ...bridge, rules: [rule] })
    form.check()
    expect(form.faultOf(field)).toContain(sentence)
  })

  it('asks for a rule when all are removed', () => {
    const form = BridgeForm.of(bridge)
    form.removeRule(0)
    form.check()
    expect(form.faultOf('rules')).toContain('at least one rule')
  })

  it('is kept as text, with what was changed', () => {
    const form = BridgeForm.of(bridge)
    expect(form.dirty).toBe(false)
    form.draft.name = 'Other'
    const again = BridgeForm.from(form.toText())!
    expect(again).toMatchObject({ id: '000001', dirty: true })
    expect(again.plain()).toEqual({ ...form.plain(), name: 'Other' })
    expect(BridgeForm.from('')).toBeNull()
    expect(BridgeForm.from('{')).toBeNull()
  })
})
