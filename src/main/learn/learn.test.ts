import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, vi, type TestContext } from 'vitest'
import { openAccess } from '../../shared/contract/access'
import { defaultBrokerLimits } from '../../shared/contract/broker'
import { defaultSnSettings } from '../../shared/contract/mqtt-sn'
import {
  actionsOf,
  LEARN_CLIENTS,
  LEARN_ROOT,
  LESSON_IDS,
  stepsOf,
  type LessonId
} from '../../shared/lessons'
import { BrokerService } from '../broker/broker-service'
import { pipePath } from '../broker/pipe-path'
import { spawnBroker } from '../broker/threadless.fixture'
import { freePort } from '../mqtt/mosquitto.fixture'
import { Learn } from './learn'
import { LearnProgress } from './progress'

vi.mock('../broker/worker?modulePath', () => ({ default: 'worker' }))

const WITHIN = { timeout: 30_000, interval: 10 }

async function setup({ onTestFinished }: TestContext) {
  const service = new BrokerService(spawnBroker, '1')
  const host = '127.0.0.1'
  const port = await freePort()
  const directory = mkdtempSync(join(tmpdir(), 'treetop-'))
  await service.start({
    file: null,
    events: ':memory:',
    limits: defaultBrokerLimits,
    access: () => ({ ...openAccess, users: [], secret: '' }),
    id: 'aaaaaaaa',
    pipe: pipePath(directory),
    listeners: [
      { kind: 'tcp', host, port },
      { kind: 'sn', host, port: await freePort(), ...defaultSnSettings }
    ],
    launch: async ({ begin, listen }) => {
      await begin()
      await listen()
    }
  })
  /** How often the lesson has looked at the broker. */
  let looks = 0
  const peer: typeof service.peer = () => {
    const real = service.peer()
    return {
      ...real,
      call: (name, ...input) => {
        if (name === 'clients.list') looks++
        return real.call(name, ...input)
      }
    }
  }
  const progress = new LearnProgress(directory)
  const failed = vi.fn()
  const learn = new Learn({ status: () => service.status(), peer }, progress, failed)
  onTestFinished(async () => {
    await learn.leave()
    await service.stop()
    // A step counts as done before that is in the file.
    await progress.written()
    rmSync(directory, { recursive: true })
    expect(failed).not.toHaveBeenCalled()
  })
  const calls = learn.calls()
  return {
    service,
    progress,
    open: (lesson: LessonId) => calls['learn.open']({ lesson }),
    act: (action: string) => calls['learn.act']({ action }),
    leave: () => calls['learn.leave'](),
    done: (lesson: LessonId) => progress.get().done[lesson] ?? [],
    /** Resolves once the lesson has looked anew. */
    look: async () => {
      const before = looks
      await vi.waitFor(() => expect(looks).toBeGreaterThan(before + 1), WITHIN)
    }
  }
}

it.concurrent.for(LESSON_IDS)(
  'the lesson %s has each step done once its last action has happened, and not before; it leaves nothing behind',
  async (lesson, context) => {
    const { open, act, leave, look, done, service } = await setup(context)
    await open(lesson)
    await look()
    for (const [index, step] of stepsOf(lesson).entries()) {
      for (const action of actionsOf(lesson, step)) {
        expect(done(lesson)).toEqual(stepsOf(lesson).slice(0, index))
        await act(action)
        if (action !== actionsOf(lesson, step).at(-1)) await look()
      }
      await vi.waitFor(() => expect(done(lesson)).toEqual(stepsOf(lesson).slice(0, index + 1)), WITHIN)
    }
    await leave()
    const broker = service.peer()
    for (const { id } of LEARN_CLIENTS) expect(await broker.call('clients.get', { clientId: id })).toBeNull()
    expect(await broker.call('faults.list', undefined)).toEqual([])
    const search = await broker.call('brokerRetained.search', {
      by: { kind: 'filter', filter: `${LEARN_ROOT}/#` },
      sort: 'topic',
      descending: false
    })
    expect(search.total).toBe(0)
  }
)
