import type { CallsOf, EventName, EventPayload } from '../shared/contract'
import { headerOf } from '../shared/script-header'
import { Collections } from './automation/collections/collections'
import { scriptFiles } from './automation/collections/script-files'
import { Schedules } from './automation/schedule/schedules'
import { Scripts } from './automation/scripts/scripts'
import type { ComposerNews } from './connection/connection-functions'
import type { Connections } from './connection/connections'
import type { Host } from './host'
import type { Log } from './log/log'
import { spawnProcess } from './process'

/** What is composed of saved messages: the collections, and what runs from them. */
interface Composer {
  calls: CallsOf<'main', 'collections' | 'schedules' | 'scripts'>
  /** Answers the worker of a connection. */
  news(connectionId: string): ComposerNews
  /** Filters of the scripts that get messages of a connection. */
  filtersFor(connectionId: string): { key: string; filters: string[] }[]
  /** Connections were opened or closed, or have other names. */
  connectionsChanged(): void
  /** The worker of a connection has ended. */
  abandon(connectionId: string): void
  /** Resolves when all changes are in their files. */
  stop(): Promise<void>
}

/** Creates and wires the collections of saved messages, which are published by the open connections. */
export async function composeCollections(around: {
  dataDirectory: string
  host: Host
  connections: Connections
  log: Log
  emit: <N extends EventName>(name: N, payload: EventPayload<N>) => void
}): Promise<Composer> {
  const { dataDirectory, host, connections, log, emit } = around
  const openOnes = (): { id: string; name: string }[] =>
    connections.list().map(({ id, name }) => ({ id, name }))
  const collections: Collections = new Collections({
    dataDirectory,
    box: host.secrets,
    env: process.env,
    chooseFolder: host.chooseFolder ? () => host.chooseFolder!() : null,
    isOnline: (id) => connections.list().some((status) => status.id === id && status.state === 'online'),
    publish: (connectionId, { properties, ...message }) =>
      connections
        .peer(connectionId)
        .call('messages.publish', { connectionId, ...message, ...(properties && { properties }) }),
    changed: (list) => emit('collections.changed', list),
    opened: (id) => emit('collections.opened', { id }),
    failed: (error) => log.warn(() => 'a collection could not be opened or tidied up', error),
    runScript: (script, message, variables, isPreview) =>
      scripts.publishing(script, message, variables, isPreview),
    scriptsChanged: () => scripts.refresh()
  })
  const files = scriptFiles(collections)
  const scripts: Scripts = new Scripts({
    dataDirectory,
    spawn: host.spawnProcess ?? spawnProcess,
    files: {
      ...files,
      list: () => files.list().map((script) => ({ ...script, header: headerOf(script.source) }))
    },
    links: {
      open: openOnes,
      filtersChanged: (id) => connections.scriptsChanged(id),
      publish: (id, message) => connections.peer(id).call('publishForScript', message)
    },
    changed: (list) => emit('scripts.changed', list),
    told: (lines) => emit('scripts.told', lines),
    cleared: () => emit('scripts.cleared', {}),
    notice: (script, text) => emit('scripts.notice', { script, text })
  })
  const schedules = new Schedules({
    messages: collections.messages,
    connection: (id) => ({
      peer: connections.peer(id),
      name: connections.list().find((status) => status.id === id)?.name ?? ''
    })
  })
  schedules.on('changed', (list) => emit('schedules.changed', list))
  await scripts.load()
  await collections.load()
  let known = ''
  return {
    calls: { ...collections.calls(), ...schedules.calls(), ...scripts.calls() },
    news: (connectionId) => ({
      schedule: (status) => schedules.told(status),
      scheduledMessage: ({ id }) => schedules.next(id),
      forScripts: ({ messages, skipped }) => scripts.arrived(connectionId, messages, skipped)
    }),
    filtersFor: (connectionId) => scripts.filtersFor(connectionId),
    connectionsChanged() {
      const now = JSON.stringify(openOnes())
      if (now === known) return
      known = now
      scripts.refresh()
    },
    abandon: (id) => schedules.abandon(id),
    async stop() {
      await scripts.stop()
      await collections.stop()
    }
  }
}
