import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type {
  CheckEnd,
  WatchActions,
  WatchedCheck,
  WatchEntry,
  WatchRule
} from '../../../shared/contract/watch'
import { AppError } from '../../../shared/errors'
import { Actor } from './actor'
import { Echoes } from './echoes'
import type { Firing } from './seen'
import { WatchLog } from './watch-log'

const MINUTE = 60e6
const NOW = Date.UTC(2026, 10, 30, 8) * 1_000

let folder: string
let log: WatchLog
let echoes: Echoes
let actor: Actor
const publish = vi.fn((..._: unknown[]) => Promise.resolve({ reasonCode: null }))

const runCheck = vi.fn((_: WatchedCheck) => Promise.resolve<CheckEnd>({ kind: 'passed' }))

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'treetop-watch-'))
  log = new WatchLog(join(folder, 'log.jsonl'))
  log.open()
  echoes = new Echoes()
  publish.mockClear()
  actor = new Actor({ log, echoes, publish, runCheck, tell: () => undefined })
})
afterEach(() => {
  log.write()
  rmSync(folder, { recursive: true })
})

function rule(actions: Partial<WatchActions>, changes: Partial<WatchRule> = {}): WatchRule {
  return {
    id: 'r',
    name: 'Too "hot"',
    on: true,
    filter: '#',
    condition: { kind: 'changed', path: '' },
    again: 0,
    tellBack: true,
    actions: { notify: false, mark: false, publish: null, check: null, ...actions },
    ...changes
  }
}

function firing(changes: Partial<Firing> = {}): Firing {
  return { ruleId: 'r', kind: 'fired', topic: 'a/b', at: NOW, value: '83', messageId: 7, held: 0, ...changes }
}

/** The log, oldest first. */
function entries(): WatchEntry[] {
  return log.page(() => true, null, 10_000).entries.toReversed()
}

describe('what a rule does', () => {
  const out = {
    topic: 'alarm/{{topic}}',
    payload: '{{rule}} {{ value }} {{state}} {{other}}',
    qos: 1,
    retain: true
  } as const

  it('is published with what fired, and noted with the message that caused it', async () => {
    actor.act(rule({ publish: out, mark: true }), firing({ held: 2 }))
    await vi.waitFor(() => expect(entries()).toHaveLength(2))
    expect(publish).toHaveBeenCalledWith('alarm/a/b', Buffer.from('Too "hot" 83 fired {{other}}'), 1, true)
    expect(entries()).toMatchObject([
      {
        number: 1,
        kind: 'fired',
        topic: 'a/b',
        value: '83',
        messageId: 7,
        held: 2,
        marked: true,
        notified: false
      },
      { number: 2, kind: 'published', to: 'alarm/a/b' }
    ])
    const bytes = Buffer.from('Too "hot" 83 fired {{other}}')
    expect(echoes.has('alarm/a/b', bytes, NOW + 9e6)).toBe(true)
    expect(echoes.has('alarm/a/b', bytes, NOW + 11e6)).toBe(false)
    expect(echoes.has('alarm/a/b', Buffer.from('other'), NOW)).toBe(false)
  })

  it.each<[CheckEnd, Partial<WatchEntry>]>([
    [{ kind: 'passed' }, { kind: 'passed', sentence: null, error: null }],
    [
      { kind: 'failed', sentence: 'None came.' },
      { kind: 'failed', sentence: 'None came.' }
    ],
    [
      { kind: 'notRun', error: { code: 'CHECKS_RUNNING', details: {} } },
      { kind: 'notRun', error: { code: 'CHECKS_RUNNING', details: {} } }
    ]
  ])('is a check, of which the log says what came: %j', async (end, entry) => {
    const check = { collection: 'c', path: 'lamp.test.yaml', only: 'on' }
    runCheck.mockResolvedValueOnce(end)
    actor.act(rule({ check }), firing())
    await vi.waitFor(() => expect(entries()).toHaveLength(2))
    expect(runCheck).toHaveBeenLastCalledWith(check)
    expect(entries()[1]).toMatchObject({ ...entry, check, topic: 'a/b', messageId: 7 })
  })

  it('says why it could not be published', async () => {
    publish.mockRejectedValueOnce(new AppError('NOT_CONNECTED', { name: 'Plant' }))
    actor.act(rule({ publish: out }), firing())
    actor.act(rule({ publish: { ...out, topic: 'alarm/{{value}}' } }), firing({ value: '#' }))
    await vi.waitFor(() => expect(entries()).toHaveLength(4))
    expect(entries().filter(({ kind }) => kind === 'refused')).toMatchObject([
      { to: 'alarm/#', error: { code: 'INVALID_INPUT' } },
      { to: 'alarm/a/b', error: { code: 'NOT_CONNECTED', details: { name: 'Plant' } } }
    ])
  })

  it('is done for the end of it only if the rule says so; the log notes it all the same', () => {
    actor.act(rule({ notify: true, publish: out }, { tellBack: false }), firing({ kind: 'back' }))
    expect(entries()).toMatchObject([{ kind: 'back', notified: false }])
    expect(publish).not.toHaveBeenCalled()
  })

  it('is done sixty times in a minute at most; then it is only counted, and the log says so once', () => {
    const often = rule({ notify: true })
    for (let each = 0; each < 100; each++) actor.act(often, firing({ at: NOW + each }))
    expect(entries()).toHaveLength(61)
    expect(entries().at(-1)).toMatchObject({ kind: 'capped' })
    actor.act(often, firing({ at: NOW + MINUTE }))
    expect(entries().at(-1)).toMatchObject({ kind: 'fired', held: 40, notified: true })
    actor.act(rule({ notify: true }, { id: 'other' }), firing({ ruleId: 'other', at: NOW + 50 }))
    expect(entries().at(-1)).toMatchObject({ kind: 'fired', ruleId: 'other' })
  })
})

describe('the log', () => {
  const path = (): string => join(folder, 'log.jsonl')
  const again = (): WatchLog => {
    const fresh = new WatchLog(path())
    fresh.open()
    return fresh
  }

  it('survives a restart, also after a line was cut off, and knows what has not ended', () => {
    const notes = rule({})
    actor.act(notes, firing({ topic: 'a' }))
    actor.act(notes, firing({ topic: 'b' }))
    actor.act(notes, firing({ topic: 'a', kind: 'back' }))
    log.write()
    writeFileSync(path(), `${readFileSync(path(), 'utf8')}{"number": 4, "at`)
    const after = again()
    expect(after.unended()).toMatchObject([{ topic: 'b', number: 2 }])
    const { number, ...entry } = entries()[0]!
    expect([number, after.add(entry).number]).toEqual([1, 4])
    after.write()
    expect(again().page(() => true, null, 2)).toMatchObject({
      entries: [{ number: 4 }, { number: 3 }],
      more: true
    })
    expect(again().page(({ topic }) => topic === 'b', 4, 10)).toMatchObject({
      entries: [{ number: 2 }],
      more: false
    })
  })

  it('keeps the newest five thousand entries', () => {
    const notes = rule({})
    for (let each = 0; each < 11_000; each++) {
      actor.act(notes, firing({ at: NOW + each * MINUTE }))
      if (each % 1_000 === 0) log.write()
    }
    log.write()
    expect(entries()).toHaveLength(5_000)
    expect(readFileSync(path(), 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(10_000)
    expect(again().page(() => true, null, 1).entries[0]).toMatchObject({ number: 11_000 })
  })

  it('goes on in memory while its file cannot be written, and writes everything later', () => {
    actor.act(rule({}), firing({ topic: 'a' }))
    log.write()
    rmSync(folder, { recursive: true })
    actor.act(rule({}), firing({ topic: 'b' }))
    log.write()
    expect([log.fault !== null, entries().length]).toEqual([true, 2])
    mkdirSync(folder)
    actor.act(rule({}), firing({ topic: 'c' }))
    log.write()
    expect(log.fault).toBeNull()
    expect(again().page(() => true, null, 10).entries).toHaveLength(3)
  })

  it('is empty after it was cleared', () => {
    actor.act(rule({}), firing())
    log.write()
    log.clear()
    expect([entries(), readFileSync(path(), 'utf8')]).toEqual([[], ''])
  })
})
