import { Send } from '@lucide/svelte'
import { m } from '../paraglide/messages'
import type { Action } from '../state/actions.svelte'
import { connectionName } from '../state/connection-sentences'
import type { AppState } from './app.svelte'

/** More than these would crowd out everything else in the palette. */
const MOST = 300

/** Publishes saved messages from every page, by their names. */
export function savedMessageActions({ collections, connections }: AppState): Action[] {
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
            if (active) void collections.publishAndTell(id, path, active.id, connectionName(active))
          }
        }))
    )
    .slice(0, MOST)
}
