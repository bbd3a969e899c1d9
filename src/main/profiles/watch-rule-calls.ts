import { randomBytes } from 'node:crypto'
import type { CallsOf, EventPayload } from '../../shared/contract'
import type { HistoryRef } from '../../shared/contract/histories'
import { MOST_RULES, type WatchRule, type WatchRules } from '../../shared/contract/watch'
import { AppError } from '../../shared/errors'
import type { WatchRuleStore } from './watch-rules'

interface Parts {
  store: WatchRuleStore
  /** Throws NOT_FOUND unless there is such a profile. */
  check: (history: HistoryRef) => void
  connections: { watchRulesChanged(id: string): void }
  emit: (name: 'watch.changed', payload: EventPayload<'watch.changed'>) => void
}

/** The calls that read and change watch rules. */
export function watchRuleCalls({ store, check, connections, emit }: Parts): CallsOf<'main', 'watch'> {
  async function replace(profileId: string, rules: WatchRules): Promise<void> {
    await store.set(profileId, rules)
    connections.watchRulesChanged(profileId)
    emit('watch.changed', { connectionId: profileId, rules })
  }
  return {
    'watch.rules': ({ connectionId }) => store.get(connectionId),
    async 'watch.save'({ connectionId, id, draft }) {
      check({ kind: 'connection', id: connectionId })
      const rules = store.get(connectionId)
      if (id !== null && !rules.some((rule) => rule.id === id))
        throw new AppError('NOT_FOUND', { what: 'rule', id })
      if (id === null && rules.length >= MOST_RULES)
        throw new AppError('INVALID_INPUT', { issues: [{ path: 'rules', fault: 'TOO_MANY' }] })
      const saved: WatchRule = { id: id ?? randomBytes(4).toString('hex'), ...draft }
      await replace(
        connectionId,
        id === null ? [...rules, saved] : rules.map((rule) => (rule.id === id ? saved : rule))
      )
      return saved
    },
    'watch.remove': ({ connectionId, id }) =>
      replace(
        connectionId,
        store.get(connectionId).filter((rule) => rule.id !== id)
      )
  }
}
