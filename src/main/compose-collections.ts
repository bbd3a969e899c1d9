import type { CallsOf, EventName, EventPayload } from '../shared/contract'
import type { ConnectionStatus } from '../shared/contract/connections'
import { headerOf } from '../shared/script-header'
import { Collections } from './automation/collections/collections'
import { scriptFiles } from './automation/collections/script-files'
import { Scripts } from './automation/scripts/scripts'
import type { ScriptBatch } from './automation/scripts/tap'
import type { Connections } from './connection/connections'
import type { Host } from './host'
import type { Log } from './log/log'
import { spawnProcess } from './process'

/** The collections of saved messages and their scripts. */
export interface ComposedCollections {
  calls(): CallsOf<'main', 'collections' | 'scripts'>
  filtersFor(connection: string): { key: string; filters: string[] }[]
  forScripts(connection: string, batch: ScriptBatch): void
  connectionsChanged(): void
  stop(): Promise<void>
}

/** Creates and wires the collections, whose messages and scripts use the open connections. */
export async function composeCollections(around: {
  dataDirectory: string
  host: Host
  connections: Connections
  log: Log
  emit: <N extends EventName>(name: N, payload: EventPayload<N>) => void
}): Promise<ComposedCollections> {
  const { dataDirectory, host, connections, log, emit } = around
  const openOnes = (): Pick<ConnectionStatus, 'id' | 'name'>[] =>
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
  await scripts.load()
  await collections.load()
  let known = ''
  return {
    calls: () => ({ ...collections.calls(), ...scripts.calls() }),
    filtersFor: (connection) => scripts.filtersFor(connection),
    forScripts: (connection, { messages, skipped }) => scripts.arrived(connection, messages, skipped),
    connectionsChanged() {
      const now = JSON.stringify(openOnes())
      if (now === known) return
      known = now
      scripts.refresh()
    },
    async stop() {
      await scripts.stop()
      await collections.stop()
    }
  }
}
