import { expect, it, vi } from 'vitest'
import type { Job } from '../../shared/contract/jobs'
import { AppError } from '../../shared/errors'
import { Jobs, type RunningJob } from './jobs'

/** Jobs, their events, and work that the test releases. */
function given() {
  const jobs = new Jobs()
  const told: Job[] = []
  jobs.on('changed', (job) => told.push(job))
  const ended = (id: string): Promise<Job> =>
    vi.waitFor(() => {
      const job = jobs.list().find((each) => each.id === id)!
      expect(['done', 'cancelled', 'failed']).toContain(job.state)
      return job
    })
  return { jobs, told, ended }
}

const untilAborted = ({ signal }: RunningJob): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))

it('returns at once, and ends with the result of the work', async () => {
  const { jobs, told, ended } = given()
  const result = { kind: 'file' as const, path: '/a', url: null }
  const { id, state } = jobs.start('export', () => Promise.resolve(result))
  expect(state).toBe('running')
  expect(await ended(id)).toMatchObject({ state: 'done', progress: 1, result, error: null })
  expect(told.map((job) => job.state)).toEqual(['running', 'done'])
})

it('fails with the code and details of the error thrown', async () => {
  const { jobs, ended } = given()
  const details = { path: '/a', reason: 'the disk is full' }
  const { id } = jobs.start('export', () => Promise.reject(new AppError('FILE_UNWRITABLE', details)))
  expect(await ended(id)).toMatchObject({ state: 'failed', error: { code: 'FILE_UNWRITABLE', details } })
})

it('is cancelled, unless it has ended or cannot be cancelled', async () => {
  const { jobs, ended } = given()
  const { id } = jobs.start('export', untilAborted)
  jobs.cancel(id)
  expect((await ended(id)).state).toBe('cancelled')
  jobs.cancel(id)
  let finish = (): void => undefined
  const kept = jobs.start('clearHistory', () => new Promise((resolve) => (finish = () => resolve(null))), {
    cancellable: false
  })
  await Promise.resolve()
  jobs.cancel(kept.id)
  finish()
  expect((await ended(kept.id)).state).toBe('done')
})

it('calls ended before its end is reported, also when it was cancelled before its work began', async () => {
  const { jobs, told, ended } = given()
  const states: (string | undefined)[] = []
  const start = (): Job =>
    jobs.start('export', () => Promise.resolve(null), { ended: () => states.push(told.at(-1)?.state) })
  await ended(start().id)
  const early = start()
  jobs.cancel(early.id)
  expect(await ended(early.id)).toMatchObject({ state: 'cancelled' })
  expect(states).toEqual(['running', 'running'])
})

it('waits for a choice, and is cancelled when there is none', async () => {
  const { jobs, ended, told } = given()
  const choosing = (asked: Promise<string | null>): Job =>
    jobs.start(
      'export',
      async ({ choice, report }) => {
        const path = await choice(asked)
        report({ state: 'running' })
        return { kind: 'file', path, url: null }
      },
      { choosing: true }
    )
  expect(await ended(choosing(Promise.resolve('/a')).id)).toMatchObject({ result: { path: '/a' } })
  expect(await ended(choosing(Promise.resolve(null)).id)).toMatchObject({ state: 'cancelled', error: null })
  expect(told.map(({ state }) => state)).toEqual(['choosing', 'running', 'done', 'choosing', 'cancelled'])
})

it('drops a choice that comes after it was cancelled', async () => {
  const { jobs, ended } = given()
  const worked = vi.fn()
  let choose = (_path: string): void => undefined
  const asked = new Promise<string>((resolve) => (choose = resolve))
  const { id } = jobs.start(
    'export',
    async ({ choice }) => {
      worked(await choice(asked))
      return null
    },
    { choosing: true }
  )
  await Promise.resolve()
  jobs.cancel(id)
  expect((await ended(id)).state).toBe('cancelled')
  choose('/late')
  await new Promise((resolve) => setImmediate(resolve))
  expect(worked).not.toHaveBeenCalled()
  expect(jobs.list()).toMatchObject([{ state: 'cancelled', result: null }])
})

it('reports progress in few events, and each state at once', async () => {
  const { jobs, told, ended } = given()
  const { id } = jobs.start(
    'export',
    ({ report }) => {
      report({ state: 'running' })
      for (let messages = 1; messages <= 1_000; messages++) report({ messages, progress: messages / 1_000 })
      return Promise.resolve(null)
    },
    { choosing: true }
  )
  expect(await ended(id)).toMatchObject({ messages: 1_000 })
  expect(told.map(({ state }) => state)).toEqual(['choosing', 'running', 'done'])
})

it('adopts the jobs of a worker, which fail when it ends', () => {
  const { jobs, told } = given()
  const job: Job = {
    id: 'far',
    kind: 'clearHistory',
    state: 'running',
    progress: 0.5,
    messages: 5,
    bytes: 0,
    error: null,
    result: null
  }
  const cancel = vi.fn()
  jobs.adopt(job, 'plant', cancel)
  jobs.cancel('far')
  expect(cancel).toHaveBeenCalledOnce()
  jobs.abandon('home')
  jobs.abandon('plant')
  jobs.abandon('plant')
  expect(told.map(({ state }) => state)).toEqual(['running', 'failed'])
  expect(told.at(-1)).toMatchObject({ error: { code: 'CHANNEL_CLOSED' } })
})

it('lists the last twenty that ended', async () => {
  const { jobs, ended } = given()
  for (let n = 0; n < 30; n++) await ended(jobs.start('export', () => Promise.resolve(null)).id)
  expect(jobs.list()).toHaveLength(20)
})
