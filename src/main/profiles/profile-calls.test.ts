import { expect, it } from 'vitest'
import { AppError } from '../../shared/errors'
import { noMarks } from '../../shared/contract/marks'
import { profileCalls } from './profile-calls'
import { ProfileFiles } from './profile-files'
import { ProfileStore } from './profiles'
import { ProxyStore } from './proxy-store'
import { SettingsStore } from './settings'
import { temporaryFolder } from './temporary.fixture'

it('keeps marks, boards and charts of profiles that there are, and of nothing else', async () => {
  const folder = temporaryFolder()
  const files = new ProfileFiles(folder)
  const calls = profileCalls({
    profiles: new ProfileStore(folder, null),
    proxy: new ProxyStore(folder, null),
    settings: new SettingsStore(folder),
    files,
    sheets: { removeAll: () => Promise.resolve() },
    check: ({ id }) => {
      if (id !== 'plant') throw new AppError('NOT_FOUND', { what: 'profile', id })
    },
    closeConnection: () => Promise.resolve(),
    removeHistory: () => Promise.resolve(),
    emit: () => undefined
  })
  const plant = { kind: 'connection' as const, id: 'plant' }
  await calls['marks.set']({ history: plant, marks: { ...noMarks, pinned: ['a'] } })
  expect(files.marks.get('plant').pinned).toEqual(['a'])
  const source = { topic: 'b', path: '/t', colour: 1, hidden: false }
  const charts = [{ topic: 'a', sources: [source], overlaid: true }]
  await calls['topicCharts.set']({ history: plant, charts })
  const again = new ProfileFiles(folder)
  await again.load()
  expect(again.topicCharts.get('plant')).toEqual(charts)
  for (const id of ['__proto__', 'x'.repeat(1_000)]) {
    const history = { ...plant, id }
    await expect(calls['marks.set']({ history, marks: noMarks })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(calls['boards.set']({ history, board: [] })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(calls['topicCharts.set']({ history, charts })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  }
  expect(files.boards.get('__proto__')).toEqual([])
  await files.remove('plant')
  expect([files.marks.get('plant'), files.topicCharts.get('plant')]).toEqual([noMarks, []])
})
