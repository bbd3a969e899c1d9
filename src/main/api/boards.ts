import type { EventName, EventPayload } from '../../shared/contract'
import type { Handlers } from '../../shared/rpc/contract'
import type { BoardStore } from '../profiles/boards'

export function boardHandlers({
  boards,
  emit
}: {
  boards: BoardStore
  emit: <N extends EventName>(name: N, payload: EventPayload<N>) => void
}): Pick<Handlers, Extract<keyof Handlers, `boards.${string}`>> {
  return {
    'boards.get': ({ connectionId }) => boards.of(connectionId),
    async 'boards.set'(input) {
      await boards.set(input.connectionId, input.board)
      emit('boards.changed', input)
    }
  }
}
