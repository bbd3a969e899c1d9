import { expect, it } from 'vitest'
import { AppError } from '../../shared/errors'
import { noMarks } from '../../shared/contract/marks'
import { BoardStore } from './boards'
import { MarkStore } from './marks'
import { profileCalls } from './profile-calls'
import { ProfileStore } from './profiles'
import { SettingsStore } from './settings'
import { temporaryFolder } from './temporary.fixture'

it('keeps marks and boards of profiles that there are, and of nothing else', async () => {
  const folder = temporaryFolder()
  const [marks, boards] = [new MarkStore(folder), new BoardStore(folder)]
  const calls = profileCalls({
    profiles: new ProfileStore(folder, null),
    settings: new SettingsStore(folder),
    marks,
    boards,
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
  expect(marks.get('plant').pinned).toEqual(['a'])
  for (const id of ['__proto__', 'x'.repeat(1_000)]) {
    const history = { ...plant, id }
    await expect(calls['marks.set']({ history, marks: noMarks })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(calls['boards.set']({ history, board: [] })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  }
  expect(boards.get('__proto__')).toEqual([])
})
