import { expect, it } from 'vitest'
import { BridgeDraft, type BridgeRule } from './bridge'

const rule: BridgeRule = {
  direction: 'both',
  filter: '#',
  localPrefix: '',
  remotePrefix: '',
  qos: 1,
  retain: true
}

function issues(...rules: Partial<BridgeRule>[]): string[] {
  const draft = { name: 'n', profileId: 'p', rules: rules.map((change) => ({ ...rule, ...change })) }
  return (
    BridgeDraft.safeParse(draft).error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`) ??
    []
  )
}

it.each([
  [[{}], []],
  [[{ localPrefix: 'home/' }], []],
  [[{ localPrefix: 'home' }], ['rules.0.localPrefix FILTER_WILDCARD_NOT_ALONE']],
  [[{ remotePrefix: 'a/+/' }], ['rules.0.remotePrefix TOPIC_WILDCARD']],
  [[{ filter: '$share/g/a' }], ['rules.0.filter FILTER_SHARED']],
  [[{ filter: '#/a' }], ['rules.0.filter FILTER_HASH_NOT_LAST']],
  [[], ['rules REQUIRED']],
  [[{ filter: 'a/#' }, { filter: 'a/b' }], ['rules.1.filter FILTER_OVERLAPS']],
  [
    [
      { filter: 'a/#', direction: 'in' as const },
      { filter: 'a/b', direction: 'out' as const }
    ],
    []
  ],
  [
    [
      { filter: 'a', remotePrefix: 'x/', direction: 'in' as const },
      { filter: 'x/a', direction: 'both' as const }
    ],
    ['rules.1.filter FILTER_OVERLAPS']
  ]
])('%o has the faults %o', (rules, faults) => {
  expect(issues(...rules)).toEqual(faults)
})
