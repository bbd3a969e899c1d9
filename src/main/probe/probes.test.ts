import { expect, it, vi } from 'vitest'
import type { Job } from '../../shared/contract/jobs'
import { ProbeItemId, type ProbeItem } from '../../shared/contract/probe'
import { AppError } from '../../shared/errors'
import { setup } from '../broker/listeners/listen.fixture'
import { Jobs } from '../jobs/jobs'
import { freePort } from '../mqtt/mosquitto.fixture'
import { temporaryFolder } from '../profiles/temporary.fixture'
import { placeAt } from './probe.fixture'
import { Probes } from './probes'
import { SheetStore } from './sheets'

/** The calls for one profile, whose broker is at a port. */
function given(port: number) {
  const jobs = new Jobs()
  const sheets = new SheetStore(temporaryFolder())
  const emitted: { jobId: string; item: ProbeItem }[] = []
  const probes = new Probes({
    jobs,
    sheets,
    version: '9.9.9',
    placeOf: (id) =>
      id === 'p'
        ? Promise.resolve(placeAt(port))
        : Promise.reject(new AppError('NOT_FOUND', { what: 'profile', id })),
    emit: (_name, payload) => void emitted.push(payload as (typeof emitted)[0])
  })
  const ended = (id: string): Promise<Job> =>
    vi.waitFor(
      () => {
        const job = jobs.list().find((each) => each.id === id)!
        expect(job.state).not.toBe('running')
        return job
      },
      { timeout: 20_000 }
    )
  return { calls: probes.calls(), jobs, sheets, emitted, ended }
}

it('probes the broker of a profile as a job, tells each item, and keeps the sheet', async () => {
  const { listener } = await setup('tcp')
  const { calls, emitted, ended } = given(listener.port)
  const job = await calls['probe.start']({ profileId: 'p' })
  expect(job).toMatchObject({ kind: 'probe', state: 'running' })
  expect(await calls['probe.start']({ profileId: 'p' })).toMatchObject({ id: job.id })
  await vi.waitFor(() => expect(emitted.length).toBeGreaterThan(3))
  const running = await calls['probe.running']({ profileId: 'p' })
  expect(running).toMatchObject({ jobId: job.id, items: emitted.map(({ item }) => item) })
  const { state, result } = await ended(job.id)
  expect(await calls['probe.running']({ profileId: 'p' })).toBeNull()
  expect([state, result]).toMatchObject(['done', { kind: 'probe', profileId: 'p' }])
  expect(emitted.map(({ item }) => item.id).sort()).toEqual([...ProbeItemId.options].sort())
  expect(new Set(emitted.map(({ jobId }) => jobId))).toEqual(new Set([job.id]))
  const [head] = await calls['probe.list']({ profileId: 'p' })
  expect(head).toMatchObject({ name: 'Test', address: `mqtt://127.0.0.1:${listener.port}`, end: 'complete' })
  const ref = { profileId: 'p', sheetId: head!.id }
  expect(await calls['probe.get'](ref)).toMatchObject({ id: head!.id, treetop: '9.9.9' })
  const again = await calls['probe.start']({ profileId: 'p' })
  expect(again.id).not.toBe(job.id)
  await ended(again.id)
  const [newest] = await calls['probe.list']({ profileId: 'p' })
  const pair = { before: ref, after: { profileId: 'p', sheetId: newest!.id } }
  expect(await calls['probe.compare'](pair)).toEqual([])
  await calls['probe.remove'](ref)
  expect(await calls['probe.list']({ profileId: 'p' })).toEqual([newest])
})

it('keeps nothing of a probe that is cancelled, or of a broker that cannot be reached', async () => {
  const { broker, listener } = await setup('tcp')
  const { calls, jobs, ended } = given(listener.port)
  const { id } = await calls['probe.start']({ profileId: 'p' })
  broker.hooks.add({
    publish(_asker, { retain }) {
      if (retain) jobs.cancel(id)
      return 0
    }
  })
  expect(await ended(id)).toMatchObject({ state: 'cancelled', result: null })
  expect(await calls['probe.list']({ profileId: 'p' })).toEqual([])
  expect(broker.retained.count).toBe(0)

  const nobody = given(await freePort())
  const failed = await nobody.calls['probe.start']({ profileId: 'p' })
  expect(await nobody.ended(failed.id)).toMatchObject({
    state: 'failed',
    error: { code: 'BROKER_UNREACHABLE', details: { fault: { code: 'ECONNREFUSED' } } }
  })
  await expect(nobody.calls['probe.start']({ profileId: 'q' })).rejects.toThrow('NOT_FOUND')
})
