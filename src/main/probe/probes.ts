import type { CallOutput, CallsOf, EventName, EventPayload } from '../../shared/contract'
import type { Job, JobResult } from '../../shared/contract/jobs'
import type { ProbeItem, ProbeSheet, ProbeSheetHead } from '../../shared/contract/probe'
import type { Jobs, RunningJob } from '../jobs/jobs'
import { differences } from './compare'
import type { Place } from './context'
import { probe } from './run'
import type { SheetStore } from './sheets'

interface Parts {
  jobs: Jobs
  sheets: SheetStore
  /** Treetop's version. */
  version: string
  /** Throws NOT_FOUND and PROFILE_VARIABLES. */
  placeOf: (profileId: string) => Promise<Place>
  emit: <N extends EventName>(name: N, payload: EventPayload<N>) => void
}

/** Probes the brokers of profiles as jobs, and keeps their sheets. */
export class Probes {
  /** The running probes, by profile. */
  private readonly running = new Map<string, { job: Job; items: ProbeItem[] }>()

  constructor(private readonly parts: Parts) {}

  calls(): CallsOf<'main', 'probe'> {
    const { sheets } = this.parts
    return {
      'probe.start': ({ profileId }) => this.start(profileId),
      'probe.running': ({ profileId }) => this.runningOf(profileId),
      'probe.list': async ({ profileId }) => (await sheets.list(profileId)).map(headOf),
      'probe.get': ({ profileId, sheetId }) => sheets.get(profileId, sheetId),
      'probe.remove': ({ profileId, sheetId }) => sheets.remove(profileId, sheetId),
      'probe.compare': async ({ before, after }) =>
        differences(
          await sheets.get(before.profileId, before.sheetId),
          await sheets.get(after.profileId, after.sheetId)
        )
    }
  }

  private async start(profileId: string): Promise<Job> {
    const { jobs, placeOf } = this.parts
    const place = await placeOf(profileId)
    const running = this.running.get(profileId)
    if (running) return running.job
    const items: ProbeItem[] = []
    const job = jobs.start('probe', (running) => this.run(profileId, place, running, items), {
      ended: () => this.running.delete(profileId)
    })
    this.running.set(profileId, { job, items })
    return job
  }

  private runningOf(profileId: string): CallOutput<'probe.running'> {
    const running = this.running.get(profileId)
    return running ? { jobId: running.job.id, items: running.items } : null
  }

  private async run(
    profileId: string,
    place: Place,
    job: RunningJob,
    items: ProbeItem[]
  ): Promise<JobResult> {
    const { sheets, version, emit } = this.parts
    const sheet = await probe(place, {
      treetop: version,
      signal: job.signal,
      onItem: (item, progress) => {
        items.push(item)
        job.report({ progress })
        emit('probe.item', { jobId: job.id, profileId, item })
      },
      onLeft: (left) => emit('probe.left', { profileId, left })
    })
    await sheets.add(profileId, sheet)
    return { kind: 'probe', profileId, sheetId: sheet.id }
  }
}

function headOf({ id, name, address, at, end }: ProbeSheet): ProbeSheetHead {
  return { id, name, address, at, end }
}
