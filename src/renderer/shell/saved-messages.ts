import { Send } from '@lucide/svelte'
import { m } from '../paraglide/messages'
import type { Action } from '../state/actions.svelte'
import { connectionName } from '../state/connection-sentences'
import type { Destination } from '../features/collections/sending.svelte'
import type { AppState } from './app.svelte'

/** More than these would crowd out everything else in the palette. */
const MOST = 300

/** Publishes saved messages from every page, by their names. */
export function savedMessageActions({ collections, connections }: AppState): Action[] {
  const publish = async (destination: Destination): Promise<void> => {
    const draft = await collections.toSend(destination.collection, destination.path)
    if (draft) await collections.sending.publishAndTell(destination, draft)
  }
  return collections.list.collections
    .flatMap(({ id, items }) =>
      items
        .filter(({ kind }) => kind === 'request')
        .map(({ path, name }): Action => ({
          id: `publish ${id}:${path}`,
          group: 'connection',
          name: () => m.collections_publish_named({ name }),
          icon: Send,
          when: () => connections.active?.state === 'online',
          run() {
            const { active } = connections
            if (active)
              void publish({ collection: id, path, connectionId: active.id, to: connectionName(active) })
          }
        }))
    )
    .slice(0, MOST)
}
