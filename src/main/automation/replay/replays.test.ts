import { expect, it, vi } from 'vitest'
import type { Job } from '../../../shared/contract/jobs'
import { LOCAL_PROFILE_ID } from '../../../shared/contract/profiles'
import {
  asRecorded,
  everyMessageAgain,
  type ReplayRequest,
  type ReplayStatus
} from '../../../shared/contract/replay'
import { AppError } from '../../../shared/errors'
import { Replays } from './replays'

const JOB = { id: 'job', kind: 'replay', state: 'running' } as Job
const REQUEST: ReplayRequest = {
  history: { kind: 'connection', id: 'plant' },
  target: 'test',
  intoSource: false,
  selection: everyMessageAgain,
  options: asRecorded
}

/** Replays between threads that only note what they are asked. */
function given(refusal: AppError | null = null) {
  const asked: string[] = []
  const answers: Record<string, () => unknown> = {
    startReplay: () => {
      if (refusal) throw refusal
      return JOB
    }
  }
  const peer = {
    call: (name: string) => {
      asked.push(name)
      return Promise.resolve().then(() => answers[name]?.()) as Promise<never>
    },
    notify: (name: string) => void asked.push(name),
    close: () => undefined
  }
  const startConnected = vi.fn(() => Promise.resolve())
  const replays = new Replays({
    archive: { peer: () => peer },
    connections: { peer: () => peer },
    histories: { settled: ({ id }) => Promise.resolve(`/${id}.db`) },
    broker: { startConnected },
    sourceName: ({ id }) => id
  })
  const calls = replays.calls()
  return { replays, calls, asked, startConnected }
}

it('opens the history, then has the connection publish, and closes the history when the job ends', async () => {
  const { replays, calls, asked } = given()
  expect(await calls['replay.start'](REQUEST)).toBe(JOB)
  expect(asked).toEqual(['beginReplay', 'startReplay'])
  replays.told({ id: 'job', sent: 3 } as ReplayStatus)
  expect(calls['replay.list']()).toMatchObject([{ sent: 3 }])
  await calls['replay.control']({ id: 'job', action: 'pause' })
  replays.jobChanged({ ...JOB, progress: 0.5 })
  expect(asked).toEqual(['beginReplay', 'startReplay', 'controlReplay'])
  replays.jobChanged({ ...JOB, state: 'failed' })
  replays.jobChanged({ ...JOB, state: 'failed' })
  await calls['replay.control']({ id: 'job', action: 'resume' })
  expect(asked.slice(3)).toEqual(['endReplay'])
  expect(calls['replay.list']()).toEqual([])
})

it('closes the history when the connection cannot publish', async () => {
  const { calls, asked } = given(new AppError('NOT_CONNECTED', { name: 'Test' }))
  await expect(calls['replay.start'](REQUEST)).rejects.toThrow('NOT_CONNECTED')
  expect(asked).toEqual(['beginReplay', 'startReplay', 'endReplay'])
})

it('replays a connection into itself only if that was confirmed', async () => {
  const { calls, asked } = given()
  const same = { ...REQUEST, target: 'plant' }
  await expect(calls['replay.start'](same)).rejects.toThrow('REPLAY_INTO_SOURCE')
  expect(asked).toEqual([])
  await calls['replay.start']({ ...same, intoSource: true })
  await calls['replay.start']({ ...same, history: { kind: 'recording', id: 'plant' } })
  expect(asked.filter((name) => name === 'startReplay')).toHaveLength(2)
})

it('starts the local broker for a replay into it', async () => {
  const { calls, startConnected } = given()
  await calls['replay.start'](REQUEST)
  expect(startConnected).not.toHaveBeenCalled()
  await calls['replay.start']({ ...REQUEST, target: LOCAL_PROFILE_ID })
  expect(startConnected).toHaveBeenCalledOnce()
})
