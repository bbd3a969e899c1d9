import { EventEmitter } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { HistoryRef } from '../shared/contract/histories'
import type { Recording } from '../shared/contract/recordings'
import type { WatchEntry } from '../shared/contract/watch'
import type { CallsOf, EventName, EventPayload } from '../shared/contract'
import type { Channel } from '../shared/rpc/channel'
import { serveContract, type PageSession } from '../shared/rpc/contract'
import { appCalls } from './app/app-calls'
import { Arrivals } from './app/arrivals'
import { followSettings, noUpdates, updateCalls } from './app/updates'
import { Archive } from './archive/archive'
import { Replays } from './automation/replay/replays'
import { BridgeStore } from './bridge/bridge-store'
import { composeBroker } from './compose-broker'
import { composeCollections, type Composer } from './compose-collections'
import { connectionTestCalls } from './connection/connection-tests'
import { Connections } from './connection/connections'
import { Decoding } from './decoding/decoding'
import { Jobs } from './jobs/jobs'
import { Learn } from './learn/learn'
import { LearnProgress } from './learn/progress'
import type { LocalBroker } from './local-broker/local-broker'
import { Changes } from './log/changes'
import { logPath } from './log/file'
import type { Log } from './log/log'
import { toldSpawn } from './log/workers'
import { historyPath, removeHistoryFiles } from './history/path'
import type { Host } from './host'
import { Probes } from './probe/probes'
import { SheetStore } from './probe/sheets'
import { OpenRecordings } from './profiles/open-recordings'
import { profileCalls } from './profiles/profile-calls'
import { ProfileFiles } from './profiles/profile-files'
import { ProfileStore } from './profiles/profiles'
import { ProxyStore } from './profiles/proxy-store'
import { SchemaStore } from './profiles/schema-store'
import { SettingsStore } from './profiles/settings'
import { watchRuleCalls } from './profiles/watch-rule-calls'
import { recordingCalls } from './recordings/recording-calls'
import { Recordings } from './recordings/recordings'
import { Histories } from './router/histories'
import { lastMessageCalls } from './router/last-message'
import { routeCalls } from './router/router'
import { Trees } from './router/trees'
import { Saver } from './transfer/saver'
import { Transfer } from './transfer/transfer'
import { spawnWorker } from './worker'

/** Treetop without its user interface. */
export interface App {
  /** Serves the contract to one renderer. */
  connect(channel: Channel): void
  /** A finished browser export, or null. */
  download(jobId: string): { path: string; name: string } | null
  /** Opens a recording uploaded by a browser under its file name. Throws FILE_UNWRITABLE and the errors of `recordings.open`. */
  receiveRecording(content: Readable, file: string): Promise<Recording>
  readonly settings: Pick<SettingsStore, 'get' | 'set' | 'onChange'>
  readonly broker: Pick<LocalBroker, 'start' | 'stop' | 'status' | 'otherClients' | 'onChange'>
  readonly jobs: Pick<Jobs, 'on'>
  /** What the watch rules of all connections did. */
  readonly watch: EventEmitter<{ told: [connectionId: string, entries: WatchEntry[]] }>
  readonly scriptNotices: Composer['notices']
  readonly connections: Pick<Connections, 'list'>
  /** Makes the page run one of its actions, by id. */
  command(id: string): void
  /** Accepts what the system or the command line passed in: a broker address, or the path of a recording. */
  arrive(target: string): void
  /** Flushes all data to disk and stops every service. */
  close(): Promise<void>
}

/** Creates and wires the services for a data directory whose lock the caller holds. */
export async function compose(options: {
  dataDirectory: string
  version: string
  host: Host
  log: Log
}): Promise<App> {
  const { dataDirectory, version, host, log } = options
  const changes = new Changes(log)
  const spawn = toldSpawn(spawnWorker, log)
  const sessions = new Set<PageSession>()
  const emit = <N extends EventName>(name: N, payload: EventPayload<N>): void => {
    for (const session of sessions) session.emit(name, payload)
  }

  const jobs = new Jobs()
  jobs.on('changed', (job) => emit('jobs.changed', job))
  await mkdir(join(dataDirectory, 'history'), { recursive: true, mode: 0o700 })
  const pathOf = (profileId: string): string => historyPath(dataDirectory, profileId)
  const settings = new SettingsStore(dataDirectory)
  const proxy = new ProxyStore(dataDirectory, host.secrets)
  const profiles = new ProfileStore(dataDirectory, host.secrets, () => proxy.access())
  const profileFiles = new ProfileFiles(dataDirectory)
  const bridgeStore = new BridgeStore(dataDirectory)
  const schemas = new SchemaStore(dataDirectory)
  const progress = new LearnProgress(dataDirectory)
  for (const store of [settings, proxy, profiles, profileFiles, bridgeStore, schemas, progress])
    await store.load()

  const resolve: Composer['resolve'] = (place) => collections.resolve(place)
  const watch: App['watch'] = new EventEmitter()
  watch.on('told', (connectionId, entries) => emit('watch.told', { connectionId, entries }))
  const connections = new Connections(spawn, pathOf, {
    opened: (id) => archive.follow(pathOf(id)),
    status: (status) => {
      changes.connection(status)
      collections.connectionsChanged()
      emit('connections.changed', status)
    },
    stats: (stats) => emit('connections.stats', stats),
    frame: (frame) => trees.sessionOf(frame.viewId)?.emit('topics.frame', frame),
    retained: (status) => emit('retained.changed', status),
    closed: (id) => {
      changes.closed(id)
      collections.connectionsChanged()
      void archive.release(pathOf(id)).catch(() => undefined)
      emit('connections.closed', { id })
    },
    restarted: (restarted) => {
      log.warn(() => `connection ${restarted.id}: another worker took the place of one that ended`)
      emit('connections.restarted', restarted)
    },
    subscriberFailed: (id, { subscriber, error, times }) =>
      log.error(
        () => `connection ${id}: ${subscriber} failed on a recorded message (${times} so far)`,
        error
      ),
    job: (id, job) => jobs.adopt(job, id, () => connections.peer(id).notify('cancelJob', { id: job.id })),
    replay: (status) => replays.told(status),
    replayPage: (id) => replays.page(id),
    watchRules: (id) => profileFiles.watchRules.get(id),
    watchStates: (id, sight) => emit('watch.states', { connectionId: id, ...sight }),
    watchTold: (id, entries) => void watch.emit('told', id, entries),
    scripts: (id) => collections.filtersFor(id),
    resolve,
    composing: (id) => collections.news(id),
    ended: (id) => [jobs, collections].forEach((each) => each.abandon(id)),
    cleared: (id, scope) => {
      archive.peer().notify('cleared', { path: pathOf(id) })
      emit('messages.cleared', { connectionId: id, scope })
    },
    historyDamaged: (id) => archive.release(pathOf(id)),
    historyReplaced: (id) => {
      void archive.release(pathOf(id)).catch(() => undefined)
      archive.follow(pathOf(id))
    }
  })
  const archive = new Archive(
    spawn,
    (frame) => trees.sessionOf(frame.viewId)?.emit('topics.frame', frame),
    (again) => trees.archiveCrashed(again)
  )
  archive.start()
  const recordings = new Recordings(archive, {
    historyDirectory: join(dataDirectory, 'history'),
    uploadsDirectory: join(dataDirectory, 'recordings'),
    memory: new OpenRecordings(dataDirectory)
  })
  await recordings.start()
  const histories = new Histories(connections, recordings, pathOf)
  /** The name of a history's profile. Throws NOT_FOUND. */
  const profileName = ({ kind, id }: HistoryRef): string =>
    kind === 'recording' ? recordings.get(id).profile : profiles.get(id).name
  const trees = new Trees({ connections, archive, histories })
  const saver = new Saver(spawn)
  const transfer = new Transfer(jobs, archive, saver, {
    version,
    exportsDirectory: join(dataDirectory, 'exports'),
    settledPath: (history) => histories.settled(history),
    profileName,
    ...(host.chooseExportFile && { chooseFile: (name: string) => host.chooseExportFile!(name) })
  })
  await transfer.start()
  const common = { dataDirectory, spawn, connections, profiles, log, emit }
  const local = await composeBroker({
    ...{ ...common, version, jobs, settings, bridgeStore, changes, resolve },
    chooseFolder: host.chooseFolder && (() => host.chooseFolder!())
  })
  const { broker } = local

  const replays: Replays = new Replays({
    ...{ archive, connections, histories, broker },
    sourceName: (history) =>
      history.kind === 'recording' ? recordings.get(history.id).file : profileName(history)
  })
  replays.on('changed', (status) => emit('replay.changed', status))
  jobs.on('changed', (job) => replays.jobChanged(job))

  const learn = new Learn(local.service, progress, (error) => log.warn(() => 'a lesson failed', error))
  broker.onChange(({ state }) => state === 'stopped' && learn.brokerStopped())
  const decoding = new Decoding({ profiles, schemas, connections, archive, historyPath: pathOf, emit })
  decoding.start()
  const collections: Composer = await composeCollections({
    ...{ ...common, archive, decoding, version, jobs, host, broker }
  })
  const sheets = new SheetStore(dataDirectory)
  const probes = new Probes({
    ...{ jobs, sheets, version, emit },
    placeOf: (id) => resolve({ profile: profiles.get(id), secrets: profiles.secretsOf(id) })
  })

  const updates = host.updates ?? noUpdates
  followSettings(updates, settings)
  updates.onChange((status) => emit('updates.changed', status))
  settings.onChange((changed) => emit('settings.changed', changed))
  profiles.onChange((changed) => emit('profiles.changed', changed))
  recordings.onChange((open) => emit('recordings.changed', open))
  const arrivals = new Arrivals(
    (path) => recordings.open(path),
    () => emit('app.arrived', {})
  )

  const main: CallsOf<'main'> = {
    ...appCalls(
      {
        version,
        host: host.kind,
        sandboxed: host.sandboxed ?? true,
        dataDirectory,
        secrets: host.secrets?.scheme ?? null,
        logFile: logPath(dataDirectory)
      },
      host.shell ?? null
    ),
    ...arrivals.calls(),
    ...updateCalls(updates, {
      connections: () => connections.list(),
      isBrokerRunning: () => broker.status().state === 'running'
    }),
    ...profileCalls({
      ...{ profiles, proxy, settings, sheets, emit, files: profileFiles, check: profileName },
      closeConnection: (id) => connections.close(id),
      removeHistory: async (id) => {
        await archive.release(pathOf(id))
        await removeHistoryFiles(pathOf(id))
      }
    }),
    ...watchRuleCalls({ store: profileFiles.watchRules, check: profileName, connections, emit }),
    ...connections.calls((id) => ({ profile: profiles.get(id), secrets: broker.secretsOf(id) })),
    ...connectionTestCalls({ jobs, resolve, secretsOf: (id) => broker.secretsOf(id) }),
    ...lastMessageCalls(connections, archive, histories),
    ...recordingCalls({
      recordings,
      jobs,
      keptBeside: profileFiles,
      chooseFile: () => host.chooseRecordingFile?.() ?? Promise.resolve(null)
    }),
    ...decoding.calls(),
    ...transfer.calls(),
    ...jobs.calls(),
    ...replays.calls(),
    ...local.calls,
    ...probes.calls(),
    ...learn.calls(),
    ...collections.calls
  }
  const handlers = routeCalls({ main, connections, archive, broker: local.service, trees, histories })

  broker.connectAtLaunch()

  // The archive reads the files; the first page load does not wait for it.
  recordings
    .reopen()
    .then((errors) => errors.forEach((error) => log.warn(() => 'a recording was not opened again', error)))
    .catch((error: unknown) => log.warn(() => 'recordings were not opened again', error))

  return {
    connect(channel) {
      const session = serveContract(channel, handlers)
      sessions.add(session)
      session.onClose(() => sessions.delete(session))
    },
    download: (jobId) => transfer.download(jobId),
    receiveRecording: (content, file) => recordings.receive(content, file),
    ...{ settings, broker, jobs, watch, connections },
    scriptNotices: collections.notices,
    command: (id) => emit('app.command', { id }),
    arrive: (target) => arrivals.arrive(target),
    async close() {
      await collections.stop()
      await jobs.stop()
      await saver.stop()
      await learn.leave().catch(() => undefined)
      await local.bridges.close()
      await broker.close()
      await connections.closeAll()
      await archive.stop()
      await recordings.stop()
      await Promise.all(
        [settings, proxy, profiles, profileFiles, local, progress].map((file) => file.written())
      )
    }
  }
}
