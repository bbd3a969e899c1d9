import { expect, it } from 'vitest'
import type { BridgeRule } from './contract/bridge'
import { TopicMap } from './topic-map'

const rule: BridgeRule = {
  direction: 'both',
  filter: 'plant/#',
  localPrefix: 'home/',
  remotePrefix: 'site/1/',
  qos: 1,
  retain: true
}

it('changes one prefix for the other, and names the rule that carries a topic', () => {
  const rules = [{ ...rule, direction: 'in' as const, filter: 'other' }, rule]
  expect(new TopicMap('local', rules).map('home/plant/a')).toEqual({
    topic: 'site/1/plant/a',
    retain: true,
    rule: 1
  })
  expect(new TopicMap('remote', rules).map('site/1/other')).toMatchObject({ topic: 'home/other', rule: 0 })
})

it('carries nothing that no rule takes in that direction', () => {
  const incoming = [{ ...rule, direction: 'in' as const }]
  expect(new TopicMap('local', incoming).map('home/plant/a')).toBeNull()
  expect(new TopicMap('remote', incoming).map('plant/a')).toBeNull()
})
