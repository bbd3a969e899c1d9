import { chmod, mkdir, open, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import type { CallsOf } from '../../../shared/contract'
import type { Job, JobResult } from '../../../shared/contract/jobs'
import type { LeftBehind, ServerKind } from '../../../shared/contract/left-behind'
import { AppError, isAppError } from '../../../shared/errors'
import type { BrokerService } from '../../broker/broker-service'
import type { RetainedPage } from '../../broker/retained-pages'
import type { Jobs, RunningJob } from '../../jobs/jobs'
import { emqxServer } from './emqx-server'
import { mosquittoServer } from './mosquitto-server'
import { scriptHead, scriptLines } from './retained-script'
import type { Bridges, ServerFile, ServerInput } from './server'

/** Messages that are named of those that could not be taken along. */
const NAMED = 100

const writers = { mosquitto: mosquittoServer, emqx: emqxServer }

interface Options {
  broker: Pick<BrokerService, 'peer'>
  /** What the server takes over, at this moment. Throws FILE_UNREADABLE. */
  input(): Promise<Omit<ServerInput, 'bridges'>>
  bridges: Bridges
  /** Asks for the folder; null when the user cancels. If absent, the page has to name it. */
  chooseFolder?: () => Promise<string | null>
}

/** Writes the folder with which a server takes over from the local broker. */
export class Outgrow {
  constructor(
    private readonly jobs: Jobs,
    private readonly options: Options
  ) {}

  calls(): CallsOf<'main', 'outgrow'> {
    return { 'outgrow.write': ({ server, folder }) => this.write(server, folder) }
  }

  /** Where there is a dialog, no page names a folder to write to. */
  private write(server: ServerKind, given: string | null): Job {
    const { chooseFolder } = this.options
    if (!chooseFolder && (given === null || !isAbsolute(given))) {
      const fault = given === null ? 'REQUIRED' : 'FOLDER_RELATIVE'
      throw new AppError('INVALID_INPUT', { issues: [{ path: 'folder', fault }] })
    }
    const run = async (job: RunningJob): Promise<JobResult> => {
      const folder = chooseFolder ? await job.choice(chooseFolder()) : given!
      job.report({ state: 'running' })
      const madeFrom = await claim(folder)
      try {
        return { kind: 'server', server, path: folder, left: await this.fill(job, server, folder) }
      } catch (error) {
        await empty(folder, madeFrom).catch(() => undefined)
        throw error
      }
    }
    return this.jobs.start('moveToServer', run, { choosing: chooseFolder !== undefined })
  }

  private async fill(job: RunningJob, server: ServerKind, folder: string): Promise<LeftBehind> {
    const input = await this.options.input()
    const bridges = this.options.bridges(server)
    const { files, notes } = writers[server]({ ...input, bridges })
    for (const file of files) await writeNew(folder, file)
    const messages = await this.writeMessages(job, folder)
    const opened = input.listeners.filter(({ host }) => host === '127.0.0.1').map(({ port }) => port)
    return { access: notes, opened, mqttSn: input.mqttSn, bridges: bridges.notes, ...messages }
  }

  /** Writes retained.sh as the messages come from the broker. */
  private async writeMessages(
    job: RunningJob,
    folder: string
  ): Promise<Pick<LeftBehind, 'messages' | 'messageCount' | 'brokerStopped'>> {
    const messages: LeftBehind['messages'] = []
    let messageCount = 0
    const leave = (topic: string, fault: LeftBehind['messages'][number]['fault']): void => {
      messageCount++
      if (messages.length < NAMED) messages.push({ topic, fault })
    }
    const path = join(folder, 'retained.sh')
    const file = await open(path, 'wx', 0o755).catch((error: Error) => fail(path, error))
    let [written, bytes] = [0, 0]
    try {
      await file.writeFile(scriptHead)
      for (let isLast = false; !isLast;) {
        job.signal.throwIfAborted()
        const page = await this.nextPage(job.id)
        if (page === null) return { messages, messageCount, brokerStopped: true }
        const lines = page.messages.map((message) => {
          const line = scriptLines(message)
          if (!line) leave(message.topic, 'TOPIC')
          else if (!line.isWhole) leave(message.topic, 'PROPERTIES')
          return line?.text ?? ''
        })
        const text = Buffer.from(lines.join(''))
        await file.writeFile(text).catch((error: Error) => fail(path, error))
        written += page.messages.length
        bytes += text.length
        isLast = page.isLast
        job.report({ messages: written, bytes, progress: Math.min(1, written / Math.max(1, page.total)) })
      }
    } finally {
      await file.close()
      await this.forgetPages(job.id)
    }
    return { messages, messageCount, brokerStopped: false }
  }

  /** null: the broker is not running. */
  private async nextPage(reader: string): Promise<RetainedPage | null> {
    try {
      return await this.options.broker.peer().call('retainedPage', { reader })
    } catch (error) {
      if (isAppError(error, 'BROKER_NOT_RUNNING') || isAppError(error, 'CHANNEL_CLOSED')) return null
      throw error
    }
  }

  private async forgetPages(reader: string): Promise<void> {
    try {
      await this.options.broker.peer().call('forgetRetainedPages', { reader })
    } catch {
      // Without a broker there is nothing to forget.
    }
  }
}

/** Makes the folder unless it exists; returns the first folder that was made, or null. Throws FOLDER_NOT_EMPTY, FILE_UNWRITABLE. */
async function claim(folder: string): Promise<string | null> {
  const made = await mkdir(folder, { recursive: true }).catch((error: Error) => fail(folder, error))
  const present = await readdir(folder).catch((error: Error) => fail(folder, error))
  if (present.length > 0) throw new AppError('FOLDER_NOT_EMPTY', { path: folder })
  return made ?? null
}

/** Removes what was written into a folder that was empty. */
async function empty(folder: string, madeFrom: string | null): Promise<void> {
  if (madeFrom !== null) return rm(madeFrom, { recursive: true })
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true })
}

async function writeNew(folder: string, { path, text, isSecret }: ServerFile): Promise<void> {
  const place = join(folder, path)
  const mode = isSecret ? 0o600 : 0o644
  try {
    await mkdir(dirname(place), { recursive: true })
    await writeFile(place, text, { flag: 'wx', mode })
    await chmod(place, mode)
  } catch (error) {
    fail(place, error as Error)
  }
}

function fail(path: string, { message }: Error): never {
  throw new AppError('FILE_UNWRITABLE', { path, reason: message })
}
