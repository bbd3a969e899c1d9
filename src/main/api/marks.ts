import type { EventName, EventPayload } from '../../shared/contract'
import type { Handlers } from '../../shared/rpc/contract'
import type { MarkStore } from '../profiles/marks'

export function markHandlers({
  marks,
  emit
}: {
  marks: MarkStore
  emit: <N extends EventName>(name: N, payload: EventPayload<N>) => void
}): Pick<Handlers, Extract<keyof Handlers, `marks.${string}`>> {
  return {
    'marks.get': ({ connectionId }) => marks.of(connectionId),
    async 'marks.set'(input) {
      await marks.set(input.connectionId, input.marks)
      emit('marks.changed', input)
    }
  }
}
