import { EventEmitter } from 'node:events'
import { LOCAL_PROFILE_ID } from '../shared/contract/profiles'
import type { CallsOf, EventName, EventPayload } from '../shared/contract'
import { headerOf } from '../shared/script-header'
import type { Answer, RequestStatus } from '../shared/contract/requests'
import { scriptFiles } from './automation/collections/script-files'
import type { Archive } from './archive/archive'
import { CheckThread } from './automation/checks/check-thread'
import { Checks } from './automation/checks/checks'
import { NewChecks } from './automation/checks/new-checks'
import { Collections } from './automation/collections/collections'
import { hiddenValues } from './automation/collections/hidden-values'
import { baseOf, nameOfFile } from './automation/collections/item-path'
import { Simulators } from './automation/simulator/simulators'
import { Schedules } from './automation/schedule/schedules'
import { Scripts } from './automation/scripts/scripts'
import type { ComposerNews } from './connection/connection-functions'
import type { ConnectionPlace, Connections } from './connection/connections'
import type { Decoding } from './decoding/decoding'
import type { Host } from './host'
import type { Jobs } from './jobs/jobs'
import type { LocalBroker } from './local-broker/local-broker'
import type { Log } from './log/log'
import { spawnProcess } from './process'
import type { ProfileStore } from './profiles/profiles'
import type { SpawnWorker } from './worker'

/** What is composed of saved messages: the collections, what runs from them, and the checks beside them. */
export interface Composer {
  calls: CallsOf<
    'main',
    'collections' | 'profileVariables' | 'schedules' | 'simulators' | 'checks' | 'scripts'
  >
  /** What the scripts raise. */
  readonly notices: EventEmitter<{ raised: [EventPayload<'scripts.notice'>] }>
  /** A profile with what its variables stand for now. Throws PROFILE_VARIABLES. */
  resolve: (place: ConnectionPlace) => Promise<ConnectionPlace>
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

interface Around {
  dataDirectory: string
  version: string
  host: Host
  archive: Archive
  decoding: Pick<Decoding, 'check'>
  spawn: SpawnWorker
  jobs: Jobs
  connections: Connections
  profiles: Pick<ProfileStore, 'get' | 'list' | 'secretsOf'>
  broker: Pick<LocalBroker, 'start' | 'secretsOf'>
  log: Log
  emit: <N extends EventName>(name: N, payload: EventPayload<N>) => void
}

/** Creates and wires the collections of saved messages, which are published by the open connections, and the checks beside them. */
export async function composeCollections(around: Around): Promise<Composer> {
  const { dataDirectory, host, connections, archive, decoding, spawn, profiles, broker, log, emit } = around
  /** Requests of which values are captured, and how many of their answers were looked at. */
  const capturing = new Map<string, { captured: (values: Answer['captured']) => void; answers: number }>()
  const asked = (status: RequestStatus): void => {
    const entry = capturing.get(status.id)
    for (const { captured } of status.answers.slice(entry?.answers ?? Infinity)) entry?.captured(captured)
    if (entry) entry.answers = status.answers.length
    if (status.state !== 'subscribing' && status.state !== 'waiting') capturing.delete(status.id)
    emit('requests.changed', status)
  }
  const openOnes = (): { id: string; name: string }[] =>
    connections.list().map(({ id, name }) => ({ id, name }))
  const collections: Collections = new Collections({
    dataDirectory,
    box: host.secrets,
    env: process.env,
    profileSecrets: (id) => (id === null ? {} : profiles.secretsOf(id)),
    chooseFolder: host.chooseFolder ? () => host.chooseFolder!() : null,
    isOnline: (id) => connections.list().some((status) => status.id === id && status.state === 'online'),
    publish: (connectionId, { properties, ...message }) =>
      connections
        .peer(connectionId)
        .call('messages.publish', { connectionId, ...message, ...(properties && { properties }) }),
    encode: (text, encoding) => archive.peer().call('encode', { text, encoding }),
    check: (connectionId, topic, payload) => decoding.check(connectionId, topic, payload),
    ask: async (connectionId, id, { properties, ...message }, expected, captured) => {
      if (expected.capture.length > 0) capturing.set(id, { captured, answers: 0 })
      try {
        await connections.peer(connectionId).call('requests.send', {
          connectionId,
          id,
          expected,
          ...message,
          ...(properties && { properties })
        })
      } catch (error) {
        capturing.delete(id)
        throw error
      }
    },
    changed: (list) => emit('collections.changed', list),
    opened: (id) => emit('collections.opened', { id }),
    failed: (error) => log.warn(() => 'a collection could not be opened or tidied up', error),
    runScript: (script, message, variables, isPreview) =>
      scripts.publishing(script, message, variables, isPreview),
    scriptsChanged: () => scripts.refresh()
  })
  const notices: Composer['notices'] = new EventEmitter()
  const resolve = (place: ConnectionPlace): Promise<ConnectionPlace> => collections.profiles.resolve(place)
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
    notice(path, texts) {
      const raised = { path, name: nameOfFile(baseOf(path)), texts }
      emit('scripts.notice', raised)
      notices.emit('raised', raised)
    }
  })
  const schedules = new Schedules({
    messages: collections.messages,
    connection: (id) => ({
      peer: connections.peer(id),
      name: connections.list().find((status) => status.id === id)?.name ?? ''
    })
  })
  const simulators = new Simulators({
    spawn,
    surroundings: (collection, path, secrets) => ({
      ...collections.messages.surroundings(collection, path, secrets),
      env: process.env
    }),
    async place(profileId) {
      const { pipe: _own, ...secrets } = broker.secretsOf(profileId)
      if (profileId === LOCAL_PROFILE_ID) await broker.start()
      return resolve({ profile: profiles.get(profileId), secrets })
    }
  })
  simulators.on('changed', (list) => emit('simulators.changed', list))
  schedules.on('changed', (list) => emit('schedules.changed', list))
  const { checks, thread } = checksIn(collections, around)
  collections.filesChanged = () => checks.filesChanged()
  const newChecks = new NewChecks({
    folders: () => collections.folders(),
    change: (id, work) => collections.change(id, work),
    environment: () => collections.activeEnvironment,
    hidden: () => hiddenValues(collections, process.env)
  })
  await scripts.load()
  await collections.load()
  let known = ''
  return {
    calls: {
      ...collections.calls(),
      ...schedules.calls(),
      ...simulators.calls(),
      ...checks.calls(),
      ...newChecks.calls(),
      ...scripts.calls()
    },
    notices,
    resolve,
    news: (connectionId) => ({
      schedule: (status) => schedules.told(status),
      request: asked,
      scheduledMessage: ({ id }) => schedules.next(id),
      runCheck: ({ id, check }) =>
        void checks
          .runForRule(check)
          .then((end) => connections.peer(connectionId).notify('checkEnded', { id, end }))
          // The connection was closed meanwhile.
          .catch(() => undefined),
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
      await thread.stop()
      await simulators.stop()
      await collections.stop()
    }
  }
}

function checksIn(
  collections: Collections,
  { version, spawn, jobs, profiles, broker, emit }: Around
): { checks: Checks; thread: CheckThread } {
  const thread = new CheckThread(spawn, version, async (name) => {
    const profile = profiles.list().find((each) => each.name === name || each.id === name)
    if (!profile) return null
    // It connects over the network, as others do.
    const { pipe: _own, ...secrets } = broker.secretsOf(profile.id)
    // A run has its own will and subscriptions.
    return collections.profiles.resolve({ profile: { ...profile, will: null, subscriptions: [] }, secrets })
  })
  const checks = new Checks({
    ...{ thread, jobs, version },
    collections: {
      places: () => collections.places(),
      environment: () => collections.activeEnvironment,
      secrets: () => collections.secretValues(),
      fileAt: (id, path) => collections.fileAt(id, path)
    }
  })
  checks.on('changed', (list) => emit('checks.changed', list))
  checks.on('progress', (progress) => emit('checks.progress', progress))
  return { checks, thread }
}
