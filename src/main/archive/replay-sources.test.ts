import { expect, it } from 'vitest'
import { everyMessageAgain } from '../../shared/contract/replay'
import { historyOf, listsHandles, openHandles } from '../history/fixture'
import { ReplaySources } from './replay-sources'

it('reads several replays of one history, and closes them with it', () => {
  const { path, database } = historyOf([{ topic: 'a' }, { topic: 'b' }])
  const sources = new ReplaySources()
  for (const id of ['one', 'two']) sources.begin({ id, path, selection: everyMessageAgain })
  expect(sources.page('one').messages.map(({ topic }) => topic)).toEqual(['a', 'b'])
  expect(sources.page('one').isEnd).toBe(true)
  expect(sources.page('one').messages).toHaveLength(2)
  expect(sources.page('two').messages).toHaveLength(2)
  sources.endAll('/another/history.db')
  expect(sources.page('two').isEnd).toBe(true)
  sources.endAll(path)
  expect(() => sources.page('one')).toThrow('HISTORY_UNAVAILABLE')
  // SQLite keeps a file of its process open until the last connection to it is closed.
  database.close()
  if (listsHandles) expect(openHandles(path)).toBe(0)
})
