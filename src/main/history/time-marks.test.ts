import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { noTimeMarks } from '../../shared/contract/moments'
import type { WatchEntry } from '../../shared/contract/watch'
import { copyHistory } from './copy'
import { historyOf, temporaryFolder } from './fixture'
import { watchLogPath } from './path'
import { inspectRecording } from './recording-file'
import { marksIn } from './time-marks'

const ORIGIN = { profile: 'Plant', version: '1.2.3', savedAt: 1_795_000_000_000 }

function entry(number: number, topic: string, marked = true): WatchEntry {
  return {
    ...{ number, at: number * 10, ruleId: 'r', rule: 'Too hot', kind: 'fired', topic, value: '99' },
    ...{
      messageId: null,
      held: 0,
      marked,
      notified: false,
      to: null,
      error: null,
      check: null,
      sentence: null
    }
  }
}

/** A recording of a history whose rules have left these lines in their log. */
async function recorded(lines: string[], flag: { id: number; at: number } | null = null): Promise<string> {
  const { path } = historyOf([
    { topic: 'plant/a', payload: '1' },
    { topic: 'plant/b', payload: '2' }
  ])
  writeFileSync(watchLogPath(path), lines.join('\n'))
  const target = join(temporaryFolder(), 'copy.treetop')
  await copyHistory(path, target, ORIGIN, () => undefined, flag)
  return target
}

it('keeps the marks of rules and the flag of the person in a recording, and nothing of topics that it does not have', async () => {
  const lines = [
    entry(1, 'plant/a'),
    entry(2, 'cleared/secret'),
    entry(3, 'plant/b', false),
    entry(4, 'plant/b')
  ]
  const path = await recorded([...lines.map((each) => JSON.stringify(each)), '{"number":5'], { id: 2, at: 2 })
  const mark = (number: number, topic: string) => ({ number, at: number * 10, rule: 'Too hot', topic })
  expect(marksIn(path)).toEqual({ flag: { id: 2, at: 2 }, marks: [mark(4, 'plant/b'), mark(1, 'plant/a')] })
  // The tables are those of every recording.
  expect(inspectRecording(path)).toMatchObject({ messages: 2 })
  const database = new Database(path, { readonly: true })
  expect(String(database.prepare(`SELECT value FROM meta WHERE key = 'marks'`).pluck().get())).not.toContain(
    'secret'
  )
  database.close()
})

it.each([
  ['no marks', `DELETE FROM meta WHERE key = 'marks'`],
  ['what is not JSON', `UPDATE meta SET value = '{' WHERE key = 'marks'`],
  ['something else', `UPDATE meta SET value = '{"flag":5,"marks":[{}]}' WHERE key = 'marks'`],
  ['bytes', `UPDATE meta SET value = x'00ff' WHERE key = 'marks'`],
  ['far too much', `UPDATE meta SET value = printf('%.*c', 6000000, ' ') WHERE key = 'marks'`]
])('reads %s as no marks', async (_what, sql) => {
  const path = await recorded([JSON.stringify(entry(1, 'plant/a'))])
  const database = new Database(path)
  database.exec(sql)
  database.close()
  expect(marksIn(path)).toEqual(noTimeMarks)
})

it('does not show a flag on a message that is not there', async () => {
  expect(marksIn(await recorded([], { id: 9, at: 9 }))).toEqual(noTimeMarks)
})
