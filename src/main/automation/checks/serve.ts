import type { Channel } from '../../../shared/rpc/channel'
import { createPeer } from '../../../shared/rpc/peer'
import type { LocalBroker, LocalSettings } from './broker-place'
import { loadCheckFile, type CheckFile } from './check-file'
import type { CheckFunctions, CheckNews, CheckRequest } from './check-functions'
import { CheckLister } from './check-list'
import { StepFailure } from './failure'
import { NewsBatch } from './news-batch'
import { runAll, type Loaded } from './run'
import type { RunOptions } from './run-options'
import { reasonOf } from './said'
import { BadFile } from './sentences'

/** Files that run at once. */
const PARALLEL = 4

/** Lists and runs checks over a channel. The worker is a thin wrapper. */
export function serveChecks(channel: Channel): void {
  const runs = new Map<string, AbortController>()
  const lister = new CheckLister()
  const functions: CheckFunctions = {
    list: ({ places }) => lister.list(places),
    run(request) {
      const { id } = request
      const controller = new AbortController()
      runs.set(id, controller)
      const news = new NewsBatch((files) => peer.notify('progress', { id, files }))
      void run(request, news, controller.signal)
        .then(() => null, reasonOf)
        .then((fault) => {
          runs.delete(id)
          news.close()
          peer.notify('ended', { id, fault })
        })
    },
    cancel: ({ id }) => runs.get(id)?.abort(new Error('the run was cancelled'))
  }
  const peer = createPeer<CheckNews>(channel, functions)

  async function startBroker(settings: LocalSettings): Promise<LocalBroker> {
    const started = await peer.call('startBroker', settings)
    if ('fault' in started) throw new StepFailure(started.fault)
    const { number, port } = started
    return { port, stop: () => peer.call('stopBroker', { number }) }
  }

  async function run(request: CheckRequest, news: NewsBatch, signal: AbortSignal): Promise<void> {
    const { environment, secrets, version } = request
    const loaded = await Promise.all(request.files.map(load))
    const numbers = new Map(loaded.flatMap((each, index) => ('file' in each ? [[each.file, index]] : [])))
    const numberOf = (file: CheckFile): number => numbers.get(file)!
    const only = request.files.map(({ only }) => only && new Set(only))
    const options: RunOptions = {
      ...{ environment, version, startBroker },
      broker: null,
      variables: {},
      filter: (file, check, name) => {
        const wanted = only[numberOf(file)]
        return !wanted || wanted.has(check.name) || wanted.has(name)
      },
      ...{ bail: false, repeat: 1, artifacts: null },
      processEnvironment: process.env,
      profile: (name) => peer.call('profile', { name }),
      secret: ({ folder, environment: of, name }) =>
        secrets.find((each) => each.folder === folder && each.environment === of && each.name === name)
          ?.value ?? null,
      onCheck: (file, check) => news.checked(numberOf(file), check),
      follow: {
        onFile: (file, planned) => news.planned(numberOf(file), planned),
        onBegin: (file, check) => news.began(numberOf(file), check),
        onFileEnd: (index, result) => news.fileEnded(index, result)
      }
    }
    await runAll(loaded, options, PARALLEL, signal)
  }
}

async function load({ path, shown }: CheckRequest['files'][number]): Promise<Loaded> {
  try {
    return { file: await loadCheckFile(path, shown) }
  } catch (error) {
    if (error instanceof BadFile) return { shown, problems: error.problems }
    throw error
  }
}
